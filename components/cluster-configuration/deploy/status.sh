#!/usr/bin/env bash
if [ -s "${PAICTL_DATA_DIR:?}/write-token" ]; then
  echo "write token: there"
else
  echo "write token: missing"
  exit 3
fi
