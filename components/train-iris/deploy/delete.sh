#!/usr/bin/env bash
# The versions that it published are the model store's, and stay there.
rm -f "${PAICTL_DATA_DIR:?}/published.json"
echo "the record of what was published is deleted"
