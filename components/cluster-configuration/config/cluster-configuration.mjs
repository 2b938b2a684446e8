/**
 * Two services on one port: the second to start would fail, so it is said before anything starts. Asked here, once, of
 * every section that has a port.
 * @param {Record<string, any>} cluster_cfg all resolved sections
 * @returns {{path: string, message: string}[]}
 */
export function check(cluster_cfg) {
  const problems = []
  const holders = new Map()
  for (const name of Object.keys(cluster_cfg).sort()) {
    const port = cluster_cfg[name]?.port
    if (!Number.isInteger(port)) {
      continue
    }
    const holder = holders.get(port)
    if (holder) {
      problems.push({ path: `${name}.port`, message: `${name} and ${holder} are both on port ${port}` })
    } else {
      holders.set(port, name)
    }
  }
  return problems
}
