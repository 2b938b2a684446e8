export function check(cluster_cfg) {
  const { web, proxy } = cluster_cfg
  return web.port === proxy.port ? [{ path: 'web.port', message: 'is the port of proxy, too' }] : []
}
