#!/usr/bin/env bash
. ./process.sh
process_pid >/dev/null || process_settings settings.json
# The argument is for people: it tells in a list of processes whose server this is.
process_start node ../src/server.mjs "$PAICTL_RUN_DIR"
