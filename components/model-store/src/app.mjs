import { createHash, timingSafeEqual } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import fastify from 'fastify'
import { answerErrorsAsJson, httpProblem } from '../../cluster-configuration/lib/json-errors.mjs'
import { BadModel, openDisk } from './disk.mjs'

/** No slashes and no leading dot: a name is a directory's name too. */
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}$/
const VERSION = /^[1-9][0-9]{0,8}$/
const SHA256 = /^[0-9a-f]{64}$/

/**
 * The model store's HTTP server.
 * @param {{directory: string, tokenFile: string, maxModelBytes: number}} settings
 */
export async function createStore(settings) {
  const disk = await openDisk(settings.directory)
  let { maxModelBytes } = settings
  let token = await readToken(settings.tokenFile)

  const app = fastify({ logger: { level: 'warn' } })
  answerErrorsAsJson(app)
  // A model's bytes are taken as they come, whatever type they are said to have.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))

  app.get('/healthz', async () => ({ status: 'ok' }))

  app.get('/v1/models', async () => {
    const names = await disk.names()
    return { models: (await Promise.all(names.map(describe))).filter(({ versions }) => versions.length > 0) }
  })

  app.get('/v1/models/:name', async ({ params }) => {
    const model = await describe(checkedName(params.name))
    if (model.versions.length === 0) {
      throw httpProblem(404, `there is no model ${params.name}`)
    }
    return model
  })

  app.get('/v1/models/:name/versions/:version', async (request, reply) => {
    const name = checkedName(request.params.name)
    const found = await disk.version(name, checkedVersion(request.params.version))
    if (!found) {
      throw httpProblem(404, `there is no version ${request.params.version} of ${name}`)
    }
    const etag = `"${found.sha256}"`
    // A version never changes: who has it need not ask again.
    reply.headers({
      etag,
      'x-content-sha256': found.sha256,
      'cache-control': 'public, max-age=31536000, immutable',
    })
    if (request.headers['if-none-match'] === etag) {
      return reply.code(304).send()
    }
    return reply
      .type('application/octet-stream')
      .header('content-length', found.bytes)
      .send(disk.content(name, found.version))
  })

  app.put('/v1/models/:name/versions/:version', { onRequest: authorize }, async (request, reply) => {
    const name = checkedName(request.params.name)
    const version = checkedVersion(request.params.version)
    const sha256 = String(request.headers['x-content-sha256'] ?? '').toLowerCase()
    if (!SHA256.test(sha256)) {
      throw httpProblem(400, 'x-content-sha256 must be the SHA-256 of the body, in 64 hexadecimal digits')
    }
    const model = { name, version, sha256, maxBytes: maxModelBytes }
    // A refused body is left unread, not destroyed: its sender is to get the answer.
    const body = request.raw.iterator({ destroyOnReturn: false })
    if (!(await disk.publish(model, body).catch(asAnswer))) {
      throw httpProblem(409, `version ${version} of ${name} exists, and versions never change`)
    }
    return reply.code(201).header('location', request.url).send({ name, version, sha256 })
  })

  /** @param {string} name */
  async function describe(name) {
    const versions = await disk.versions(name)
    return { name, latest: versions.at(-1)?.version ?? null, versions }
  }

  /**
   * @param {import('fastify').FastifyRequest} request
   * @param {import('fastify').FastifyReply} reply
   */
  async function authorize(request, reply) {
    const given = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
    if (given === undefined || !sameSecret(given, token)) {
      reply.header('www-authenticate', 'Bearer')
      throw httpProblem(401, 'writing takes the write token: `Authorization: Bearer TOKEN`')
    }
  }

  return {
    app,
    /** @param {{tokenFile: string, maxModelBytes: number}} changed */
    async reload(changed) {
      token = await readToken(changed.tokenFile)
      maxModelBytes = changed.maxModelBytes
      return 'write token and limits read again'
    },
  }
}

/** @param {string} file */
async function readToken(file) {
  const token = (await readFile(file, 'utf8')).trim()
  if (token === '') {
    throw new Error(`${file} is empty: it should hold the write token`)
  }
  return token
}

/** @param {string} name */
function checkedName(name) {
  if (!NAME.test(name)) {
    throw httpProblem(400, 'a model has a name of up to 64 letters, digits, dots, dashes and underscores')
  }
  return name
}

/** @param {string} version */
function checkedVersion(version) {
  if (!VERSION.test(version)) {
    throw httpProblem(400, 'a version is a whole number from 1 to 999999999')
  }
  return Number(version)
}

/**
 * @param {unknown} error
 * @returns {never}
 */
function asAnswer(error) {
  if (error instanceof BadModel) {
    throw httpProblem(error.reason === 'size' ? 413 : 400, error.message)
  }
  throw error.code === 'ECONNRESET' ? httpProblem(400, 'the body ended early') : error
}

/**
 * In a time that tells nothing about where they differ, nor how long they are.
 * @param {string} a
 * @param {string} b
 */
function sameSecret(a, b) {
  const [left, right] = [a, b].map((text) => createHash('sha256').update(text).digest())
  return timingSafeEqual(left, right)
}
