export function check(cluster_cfg) {
  if (cluster_cfg.web.port < 1024) return [{ path: 'web.port', message: 'ports below 1024 are for root' }]
}
