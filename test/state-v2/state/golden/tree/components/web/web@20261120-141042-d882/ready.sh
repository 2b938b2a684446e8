#!/bin/sh
test -e "$PAICTL_DATA_DIR/port"
