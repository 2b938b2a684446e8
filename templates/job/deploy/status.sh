#!/usr/bin/env bash
if [ -f "${PAICTL_DATA_DIR:?}/result.json" ]; then
  echo "the result is there"
else
  echo "there is no result"
  exit 3
fi
