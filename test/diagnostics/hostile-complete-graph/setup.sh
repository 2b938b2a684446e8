#!/usr/bin/env bash
for i in $(seq 10 69); do
  mkdir -p "components/s$i/deploy"
  { printf 'start-script: start.sh\nstop-script: start.sh\nstatus-script: start.sh\nprerequisite:\n'
    for j in $(seq 10 69); do [ "$i" = "$j" ] || echo "  - s$j"; done; } > "components/s$i/deploy/service.yaml"
  : > "components/s$i/deploy/start.sh"
done
