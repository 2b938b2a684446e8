#!/usr/bin/env bash
# Takes over the greeting while it runs; restarts only for another address.
. ./process.sh
process_refresh settings.json
