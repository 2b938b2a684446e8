ln -s elsewhere components
