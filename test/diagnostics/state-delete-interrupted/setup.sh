#!/usr/bin/env bash
node "$PAICTL" service start --all
sed -i 's/"phase":"running"/"phase":"deleting"/' "$PAICTL_STATE_DIR/project/services/web/state.json"
