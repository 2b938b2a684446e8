ln -s nowhere prod.yaml
