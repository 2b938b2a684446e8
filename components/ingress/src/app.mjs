import { readFile } from 'node:fs/promises'
import httpProxy from '@fastify/http-proxy'
import fastify from 'fastify'
import { answerErrorsAsJson } from '../../cluster-configuration/lib/json-errors.mjs'
import { readRoutes, routeOf } from './routes.mjs'

/** As in RFC 9110, section 8.3.1. */
const MEDIA_TYPE = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(;.*)?$/

/** How long an upstream may take to begin its answer. */
const UPSTREAM_MS = 30_000

/**
 * The platform's front door: hands requests to whom the routes name. Routes are looked up for every request, so that a
 * reload changes where the next one goes and leaves those under way alone.
 * @param {string} routesFile
 */
export async function createIngress(routesFile) {
  let routes = await loadRoutes(routesFile)
  /** Fixed when a request comes in: a reload in between does not change where it goes. */
  const upstreams = new WeakMap()

  const app = fastify({ logger: { level: 'warn' } })
  answerErrorsAsJson(app)

  app.get('/', async () => ({ routes }))
  app.get('/healthz', async () => ({ status: 'ok', routes: routes.length }))

  app.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.url !== '/*') {
      return
    }
    const route = routeOf(routes, request.url)
    if (!route) {
      return reply.code(404).send({ error: `no route leads to ${request.url}`, routes })
    }
    upstreams.set(request, route.upstream)
    // What a body is called is for its receiver to judge; what is no media type at all would be refused right here.
    const type = request.headers['content-type']
    if (type !== undefined && !MEDIA_TYPE.test(type)) {
      request.headers['content-type'] = 'application/octet-stream'
    }
  })

  app.register(httpProxy, {
    upstream: '',
    routes: ['/*'],
    undici: { headersTimeout: UPSTREAM_MS },
    disableRequestLogging: true,
    replyOptions: {
      getUpstream: (request) => upstreams.get(request),
      onError: (reply, { error }) => {
        const upstream = upstreams.get(reply.request)
        const late = error.statusCode === 504
        reply.code(late ? 504 : 502).send({
          error: late ? `${upstream} takes too long to answer` : `${upstream} does not answer`,
        })
      },
    },
  })

  return {
    app,
    async reload() {
      routes = await loadRoutes(routesFile)
      return `routes: ${routes.map(({ prefix, upstream }) => `${prefix} to ${upstream}`).join(', ') || 'none'}`
    },
  }
}

/** @param {string} file */
async function loadRoutes(file) {
  return readRoutes(await readFile(file, 'utf8'))
}
