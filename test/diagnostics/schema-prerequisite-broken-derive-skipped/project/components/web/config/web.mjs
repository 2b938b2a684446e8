export function derive(config, { cluster_cfg }) {
  return { ...config, hosts: [cluster_cfg.store.hosts[0].name] }
}
