export function check(cluster_cfg) {
  const [first] = cluster_cfg.web.hosts.filter(Boolean)
  return first
}
