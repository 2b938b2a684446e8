#!/usr/bin/env bash
mkdir -p "$PAICTL_STATE_DIR/project"
ln -s /var/lib/others "$PAICTL_STATE_DIR/project/services"
