#!/usr/bin/env bash
{ head -c 1500 /dev/zero | tr '\0' 'k'; printf ': job\n'; } >> components/web/deploy/service.yaml
