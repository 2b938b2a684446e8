import fastify from 'fastify'
import { answerErrorsAsJson, httpProblem } from '../../cluster-configuration/lib/json-errors.mjs'
import { StartupProblem } from '../../cluster-configuration/lib/serve.mjs'
import { storeClient } from '../../model-store/src/client.mjs'
import { createMetrics } from './metrics.mjs'
import { readModel } from './model.mjs'
import { readInstances } from './predict-request.mjs'

/**
 * `name` is what the model is served as, `model` what the store calls it.
 * @typedef {{storeUrl: string, name: string, model: string, version: number | 'latest'}} Settings
 * @typedef {import('./model.mjs').Classifier & {name: string, model: string, version: number}} Served
 */

/**
 * The model server: one model, in TensorFlow Serving's REST form. A reload replaces the model whole: a request is answered
 * by the one that was served when it came in.
 * @param {Settings} settings
 */
export async function createModelServer(settings) {
  const metrics = createMetrics()
  let served = await loadModel(settings).catch(asStartupProblem)
  /** @type {WeakMap<import('fastify').FastifyRequest, Served>} */
  const answeredBy = new WeakMap()
  metrics.serving(served.name, served.version)

  const app = fastify({ logger: { level: 'warn' } })
  answerErrorsAsJson(app)
  metrics.observe(app)
  // A request's body is JSON whatever it is said to be: `curl -d` says application/x-www-form-urlencoded.
  // What it is said to be may be no media type at all, which would be refused before any parser is asked.
  app.addHook('onRequest', async (request) => {
    request.headers['content-type'] = 'application/json'
    answeredBy.set(request, served)
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))

  app.get('/healthz', async () => ({ status: 'ok', name: served.name, model: served.model, version: served.version }))

  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()))

  for (const path of ['/v1/models/:model', '/v1/models/:model/versions/:version']) {
    app.get(path, async (request) => {
      const { version } = found(request, request.params.model, request.params.version)
      const status = { error_code: 'OK', error_message: '' }
      return { model_version_status: [{ version: String(version), state: 'AVAILABLE', status }] }
    })
  }

  // The router takes a colon for the start of a parameter's name, so `iris:predict` arrives as one.
  app.post('/v1/models/:target', async (request) => {
    const [name, verb] = splitVerb(request.params.target)
    return predict(found(request, name, undefined), verb, request.body)
  })
  app.post('/v1/models/:model/versions/:target', async (request) => {
    const [version, verb] = splitVerb(request.params.target)
    return predict(found(request, request.params.model, version), verb, request.body)
  })

  /**
   * @param {import('fastify').FastifyRequest} request
   * @param {string} name
   * @param {string | undefined} version
   */
  function found(request, name, version) {
    const model = answeredBy.get(request) ?? served
    if (name !== model.name) {
      throw httpProblem(404, `no model ${name} is served here, only ${model.name}`)
    }
    if (version !== undefined && version !== String(model.version)) {
      throw httpProblem(404, `version ${version} of ${name} is not served, only ${model.version}`)
    }
    return model
  }

  return {
    app,
    /** @param {Settings} changed */
    async reload(changed) {
      const before = served
      served = await loadModel(changed)
      metrics.serving(served.name, served.version)
      return `serves ${inWords(served)} (before: ${inWords(before)})`
    },
  }
}

/**
 * @param {Settings} settings
 * @returns {Promise<Served>}
 */
async function loadModel({ storeUrl, name, model, version }) {
  const store = storeClient(storeUrl)
  const wanted = version === 'latest' ? await store.latest(model) : version
  if (wanted === 0) {
    throw new Error(`the model store at ${storeUrl} has no model ${model}`)
  }
  return { name, model, version: wanted, ...readModel(await store.fetch(model, wanted)) }
}

/**
 * @param {Served} model
 * @param {string} verb
 * @param {unknown} body
 */
function predict(model, verb, body) {
  if (verb !== 'predict') {
    throw httpProblem(404, `${model.name} answers :predict, not ${verb ? `:${verb}` : 'a bare POST'}`)
  }
  const instances = readInstances(typeof body === 'string' ? body : '', model.features)
  return { predictions: instances.map(model.predict) }
}

/** @param {Served} served */
function inWords({ name, model, version }) {
  return `version ${version} of ${model}${name === model ? '' : ` as ${name}`}`
}

/**
 * Of `iris:predict`, what is before and after the last colon.
 * @param {string} target
 * @returns {[string, string]}
 */
function splitVerb(target) {
  const colon = target.lastIndexOf(':')
  return colon < 0 ? [target, ''] : [target.slice(0, colon), target.slice(colon + 1)]
}

/**
 * @param {Error} error
 * @returns {never}
 */
function asStartupProblem(error) {
  throw new StartupProblem(error.message)
}
