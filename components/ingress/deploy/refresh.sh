#!/usr/bin/env bash
# Takes over the routes without dropping a connection; restarts only for another address.
. ./process.sh
process_refresh settings.json routes.json
