#!/usr/bin/env bash
for i in $(seq 1 20000); do echo "  key-$i: a value that makes it longer"; done >> cluster-config/services-configuration.yaml
