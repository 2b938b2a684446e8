#!/bin/sh
echo "delete base" >> "$TRACE"
rm -f "$PAICTL_DATA_DIR/up"
