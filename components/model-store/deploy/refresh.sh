#!/usr/bin/env bash
# Reads the write token and the limits again; restarts only for another address.
. ./process.sh
process_refresh settings.json
