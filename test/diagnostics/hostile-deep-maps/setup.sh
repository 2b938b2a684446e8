#!/usr/bin/env bash
{ echo; for i in $(seq 0 200); do printf '%*sa:\n' "$i" ''; done; } > components/web/config.yaml
mkdir components/web/config && mv components/web/config.yaml components/web/config/web.yaml
