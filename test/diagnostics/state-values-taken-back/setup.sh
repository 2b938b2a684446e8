#!/usr/bin/env bash
node "$PAICTL" service start --all --set web.port=9090
