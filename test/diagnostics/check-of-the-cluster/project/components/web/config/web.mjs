export function check(cluster_cfg) {
  return { path: 'cluster.common.region', message: 'there is no such region' }
}
