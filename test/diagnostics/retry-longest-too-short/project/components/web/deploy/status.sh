kill -0 "$(cat "$PAICTL_RUN_DIR/pid" 2>/dev/null)" 2>/dev/null || exit 3
