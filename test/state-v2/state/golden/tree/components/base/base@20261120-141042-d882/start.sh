#!/bin/sh
echo 'golden-token' > "$PAICTL_DATA_DIR/up"
