#!/usr/bin/env bash
mkdir -p "$PAICTL_STATE_DIR/project"
echo '{"v":99,"clusterId":"project","project":"/home/me/shop","createdAt":"2036-01-02T03:04:05.000Z"}' > "$PAICTL_STATE_DIR/project/cluster.json"
