export function chekc(cluster_cfg) {
  return cluster_cfg.web.port > 1024 ? [] : ['too low']
}
