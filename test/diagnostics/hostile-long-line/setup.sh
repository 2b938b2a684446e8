#!/usr/bin/env bash
{ printf 'description: "'; head -c 100000 /dev/zero | tr '\0' 'x'; printf '" kidn: job\n'; } >> components/web/deploy/service.yaml
