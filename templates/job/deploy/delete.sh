#!/usr/bin/env bash
rm -f "${PAICTL_DATA_DIR:?}/result.json"
echo "result deleted"
