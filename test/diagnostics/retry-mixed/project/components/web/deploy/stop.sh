kill "$(cat "$PAICTL_RUN_DIR/pid")"
