#!/usr/bin/env bash
{ for _ in $(seq 3000); do printf '{"not":'; done; printf true; for _ in $(seq 3000); do printf '}'; done; } > components/web/config/web.schema.json
