#!/usr/bin/env bash
node "$PAICTL" service start --all
echo 'port: 8081' > components/web/config/web.yaml
node "$PAICTL" plan --output json > plan.json
echo 'port: 8082' > components/web/config/web.yaml
rm -f "$PAICTL_STATE_DIR/project/services/web/run/up"
