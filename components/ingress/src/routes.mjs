/**
 * A path prefix and who answers below it.
 * @typedef {{prefix: string, upstream: string}} Route
 */

/**
 * Reads a routes file: longest prefix first, so that the most particular route wins.
 * @param {string} text
 * @returns {Route[]}
 */
export function readRoutes(text) {
  const routes = JSON.parse(text)
  for (const { prefix, upstream } of routes) {
    if (!/^\/[^?#\s]*[^/?#\s]$/.test(prefix)) {
      throw new Error(`a route's prefix is a path without a slash at its end, not ${JSON.stringify(prefix)}`)
    }
    if (!/^https?:\/\/[^/?#]+$/.test(upstream)) {
      throw new Error(`a route's upstream is http://HOST:PORT, not ${JSON.stringify(upstream)}`)
    }
  }
  return routes.sort((a, b) => b.prefix.length - a.prefix.length || (a.prefix < b.prefix ? -1 : 1))
}

/**
 * A prefix covers itself and what follows it after a slash or, as in `iris:predict`, a colon: `/v1/models/iris` does not
 * cover `/v1/models/iris2`.
 * @param {readonly Route[]} routes
 * @param {string} url
 * @returns {Route | undefined}
 */
export function routeOf(routes, url) {
  const path = url.split('?', 1)[0]
  return routes.find(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`) || path.startsWith(`${prefix}:`))
}
