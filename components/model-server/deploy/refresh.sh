#!/usr/bin/env bash
# Loads the newest model, or the one that is pinned now, while the old one goes on answering; restarts only for another
# address.
. ./process.sh
process_refresh settings.json
