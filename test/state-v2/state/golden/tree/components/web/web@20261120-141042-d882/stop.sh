#!/bin/sh
rm "$PAICTL_DATA_DIR/port"
