export function derive(config, { cluster_cfg }) {
  cluster_cfg.store.port = 1
  return config
}
