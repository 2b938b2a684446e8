#!/usr/bin/env bash
# Prints the result, or null where there is none.
cat "${PAICTL_DATA_DIR:?}/result.json" 2>/dev/null || echo null
