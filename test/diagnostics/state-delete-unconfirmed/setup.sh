node "$PAICTL" service start --all
