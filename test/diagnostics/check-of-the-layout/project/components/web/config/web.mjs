export function check(cluster_cfg) {
  return cluster_cfg.layout['machine-list'].map((one, index) => ({ path: `layout.machine-list.${index}.sku`, message: `there is no ${one.sku}` }))
}
