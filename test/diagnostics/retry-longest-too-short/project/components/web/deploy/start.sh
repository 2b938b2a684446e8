node ../src/server.mjs &
echo $! > "$PAICTL_RUN_DIR/pid"
