export function check(cluster_cfg) {
  return [{ where: 'web.port', text: 'is odd' }]
}
