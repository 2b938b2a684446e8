#!/usr/bin/env bash
mkdir -p $'components/we\nb/deploy'
printf 'start-script: start.sh\nstop-script: start.sh\nstatus-script: start.sh\n' > $'components/we\nb/deploy/service.yaml'
: > $'components/we\nb/deploy/start.sh'
