export function check(cluster_cfg) {
  return 'either workers or limits have to be given'
}
