#!/usr/bin/env bash
{ for _ in $(seq 5000); do printf '{{#if true}}'; done; for _ in $(seq 5000); do printf '{{/if}}'; done; } > components/web/deploy/deep.conf.template
