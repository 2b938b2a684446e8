import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/**
 * What Prometheus collects from the server. Each server has a registry of its own, so that two in one process do not
 * mix.
 */
export function createMetrics() {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const requests = new Counter({
    name: 'model_server_requests_total',
    help: 'Requests answered, by route and status code.',
    labelNames: ['route', 'code'],
    registers,
  })
  const seconds = new Histogram({
    name: 'model_server_request_seconds',
    help: 'Time to answer a request.',
    labelNames: ['route'],
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1],
    registers,
  })
  const version = new Gauge({
    name: 'model_server_model_version',
    help: 'The version that is being served.',
    labelNames: ['model'],
    registers,
  })

  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    /** @param {string} model @param {number} served */
    serving: (model, served) => {
      // A model that is no longer served is no longer reported.
      version.reset()
      version.set({ model }, served)
    },
    /** @param {import('fastify').FastifyInstance} app */
    observe: (app) => {
      app.addHook('onResponse', async (request, reply) => {
        // The route's pattern, not the path: what callers make up must not become labels.
        const route = request.routeOptions.url ?? 'none'
        requests.inc({ route, code: reply.statusCode })
        seconds.observe({ route }, reply.elapsedTime / 1000)
      })
    },
  }
}
