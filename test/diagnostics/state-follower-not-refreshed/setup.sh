#!/usr/bin/env bash
node "$PAICTL" service start --all
printf '{{#each deployment}}{{name}}\n{{/each}}' > components/ingress/deploy/routes.template
