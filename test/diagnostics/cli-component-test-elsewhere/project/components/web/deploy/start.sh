kubectl apply -f web.yaml
