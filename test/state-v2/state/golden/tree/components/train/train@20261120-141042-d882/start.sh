#!/bin/sh
echo "start train" >> "$TRACE"
cat ../src/data > "$PAICTL_DATA_DIR/model"
