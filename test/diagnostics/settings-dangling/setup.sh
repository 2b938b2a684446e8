ln -s elsewhere/paictl.yaml paictl.yaml
