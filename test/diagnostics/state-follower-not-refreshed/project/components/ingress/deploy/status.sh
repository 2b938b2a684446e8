[ -e "$PAICTL_RUN_DIR/up" ] || exit 3
