#!/usr/bin/env bash
ln -s elsewhere/paictl.yaml paictl.yaml
