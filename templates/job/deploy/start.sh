#!/usr/bin/env bash
# The work. What it writes to PAICTL_DATA_DIR stays until the job is deleted.
mkdir -p "${PAICTL_DATA_DIR:?}"
result=$PAICTL_DATA_DIR/result.json

node work.mjs settings.json >"$result.new"
# Whole or not at all: a job that was interrupted has no result.
mv -f "$result.new" "$result"
cat "$result"
