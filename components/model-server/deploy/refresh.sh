#!/usr/bin/env bash
# Loads the newest model, or the one that is pinned now, while the old one goes on answering; what cannot be loaded leaves
# the old one in place, and has failed. Another address is opened before the old one is left.
. ./process.sh
process_refresh settings.json
