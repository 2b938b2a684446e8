#!/bin/sh
[ -e "$PAICTL_DATA_DIR/up" ] && exit 0
exit 3
