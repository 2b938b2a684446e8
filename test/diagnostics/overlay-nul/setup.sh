#!/usr/bin/env bash
printf 'web:\n  a: \0' >prod.yaml
