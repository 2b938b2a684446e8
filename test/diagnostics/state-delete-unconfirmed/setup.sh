#!/usr/bin/env bash
node "$PAICTL" service start --all
