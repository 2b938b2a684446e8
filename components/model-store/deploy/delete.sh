#!/usr/bin/env bash
# Stops the store and empties it.
. ./process.sh
process_stop 10
rm -rf -- "${PAICTL_DATA_DIR:?}/models" "$PAICTL_DATA_DIR/incoming"
echo "all models deleted"
