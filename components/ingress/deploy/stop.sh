#!/usr/bin/env bash
# Requests under way get 8 s to end, see cluster-configuration/lib/serve.mjs.
. ./process.sh
process_stop 10
