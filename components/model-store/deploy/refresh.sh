#!/usr/bin/env bash
# Reads the write token and the limits again. Another address is opened before the old one is left.
. ./process.sh
process_refresh settings.json
