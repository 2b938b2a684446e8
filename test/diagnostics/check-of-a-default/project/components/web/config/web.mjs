export function check(cluster_cfg) {
  return { path: 'port', message: 'is taken by the proxy on every machine' }
}
