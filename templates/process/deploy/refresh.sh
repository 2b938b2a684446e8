#!/usr/bin/env bash
# Takes over the greeting, or another port, while it runs; restarts only for another host.
. ./process.sh
process_refresh settings.json
