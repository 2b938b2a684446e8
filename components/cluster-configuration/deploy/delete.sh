#!/usr/bin/env bash
# The next start makes another token: who has the old one can write no more.
rm -f "${PAICTL_DATA_DIR:?}/write-token"
echo "write token: deleted"
