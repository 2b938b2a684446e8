#!/usr/bin/env bash
node "$PAICTL" service start --all
echo "{" > "$PAICTL_STATE_DIR/project/services/web/state.json"
