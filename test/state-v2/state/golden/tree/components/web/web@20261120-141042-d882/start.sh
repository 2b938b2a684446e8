#!/bin/sh
echo 8081 > "$PAICTL_DATA_DIR/port"
