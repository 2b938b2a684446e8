touch "$PAICTL_RUN_DIR/up"
