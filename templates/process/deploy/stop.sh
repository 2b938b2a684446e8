#!/usr/bin/env bash
# Asks it to end, and kills it after 10 s.
. ./process.sh
process_stop 10
