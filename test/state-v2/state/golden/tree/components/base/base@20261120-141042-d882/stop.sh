#!/bin/sh
echo "stop base" >> "$TRACE"
rm -f "$PAICTL_DATA_DIR/up"
