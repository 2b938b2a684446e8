#!/usr/bin/env bash
. ./process.sh
process_status
