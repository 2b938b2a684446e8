mkfifo components/web/deploy/service.yaml
