#!/usr/bin/env bash
node "$PAICTL" service start --all
echo 'echo stopped' >> components/web/deploy/stop.sh
