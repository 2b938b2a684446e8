export function check(cluster_cfg) {
  return [
    { path: 'web.port', message: 'is odd' },
    { path: 'web.mode', message: 'is slow' },
    'and it is late',
  ]
}
