function derive(config) {
  return config
}
