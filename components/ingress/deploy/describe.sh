#!/usr/bin/env bash
. ./process.sh
exec node describe.mjs "$(process_pid || true)"
