mkfifo components/web/deploy/hosts.conf.template
