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
  const routes = parse(text)
  const prefixes = new Set()
  for (const route of routes) {
    const { prefix, upstream } = Object(route)
    if (!/^\/[^?#\s]*[^/?#\s]$/.test(prefix)) {
      throw new Error(`a route's prefix is a path without a slash at its end, not ${JSON.stringify(prefix)}`)
    }
    if (!/^https?:\/\/[^/?#]+$/.test(upstream)) {
      throw new Error(`a route's upstream is http://HOST:PORT, not ${JSON.stringify(upstream)}`)
    }
    if (prefixes.has(prefix)) {
      throw new Error(`there are two routes to ${prefix}`)
    }
    prefixes.add(prefix)
  }
  return routes.sort((a, b) => b.prefix.length - a.prefix.length || (a.prefix < b.prefix ? -1 : 1))
}

/**
 * @param {string} text
 * @returns {Route[]}
 */
function parse(text) {
  let routes
  try {
    routes = JSON.parse(text)
  } catch (error) {
    throw new Error(`the routes are not JSON: ${error.message}`)
  }
  if (!Array.isArray(routes)) {
    throw new Error('the routes are not a list: [{"prefix": "/app", "upstream": "http://HOST:PORT"}, …]')
  }
  return routes
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
