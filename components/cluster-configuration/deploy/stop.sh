#!/usr/bin/env bash
# Nothing runs; the token stays until delete.
echo "nothing to stop"
