#!/usr/bin/env bash
for i in $(seq 0 4999); do
  mkdir -p "components/s$i/deploy"
  printf 'start-script: start.sh\nstop-script: start.sh\nstatus-script: start.sh\nprerequisite: [s%d]\n' $(((i + 1) % 5000)) > "components/s$i/deploy/service.yaml"
  : > "components/s$i/deploy/start.sh"
done
