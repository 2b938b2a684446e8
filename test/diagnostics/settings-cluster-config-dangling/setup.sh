ln -s elsewhere cluster-config
