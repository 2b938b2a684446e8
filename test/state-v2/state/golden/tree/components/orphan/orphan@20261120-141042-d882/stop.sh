#!/bin/sh
echo "stop orphan" >> "$TRACE"
