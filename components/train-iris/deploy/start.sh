#!/usr/bin/env bash
mkdir -p "${PAICTL_DATA_DIR:?}"
exec node ../src/main.mjs settings.json "$PAICTL_DATA_DIR"
