#!/usr/bin/env bash
# Takes over all routes at once without dropping a connection; what cannot be read leaves those before in place, and has
# failed. Another address is opened before the old one is left.
. ./process.sh
process_refresh settings.json routes.json
