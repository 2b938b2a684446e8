{ for i in $(seq 5000); do printf '{{#if true}}'; done; for i in $(seq 5000); do printf '{{/if}}'; done; } > components/web/deploy/deep.conf.template
