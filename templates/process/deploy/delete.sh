#!/usr/bin/env bash
# It keeps no data: nothing is left of it once it is stopped.
. ./process.sh
process_stop 10
