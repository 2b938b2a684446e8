rm -f "$PAICTL_RUN_DIR/up"
