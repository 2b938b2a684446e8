import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describeHolder } from './port-holder.mjs'

/** How long requests under way may take after SIGTERM; stop scripts wait a little longer before they kill. */
const SHUTDOWN_MS = 8000

/** What keeps a server from starting or reloading and is no bug: its message is for people, its stack is not. */
export class StartupProblem extends Error {}

/**
 * What a component hands over to be run.
 * @typedef {object} Server
 * @property {import('fastify').FastifyInstance} app
 * @property {(settings: any) => Promise<string>} reload takes over what it can; resolves to what it did, in a few words
 */

/**
 * Runs a component's server as the background process that its deploy/process.sh started: settings from
 * `<run dir>/settings.json`, a `.ready` marker once it listens, reload on SIGHUP with a `.reloaded` marker, graceful end
 * on SIGTERM.
 * @param {string} name the service's name: of its markers, and of its section in the cluster configuration
 * @param {(settings: any) => Promise<Server>} create
 */
export async function serve(name, create) {
  const directory = process.env.PAICTL_RUN_DIR
  if (!directory) {
    fail(name, new StartupProblem('PAICTL_RUN_DIR is not set: this is run by deploy/start.sh'))
    return
  }
  try {
    const settings = await readSettings(directory)
    const server = await create(settings)
    await listen(name, server.app, settings)
    endOnSigterm(name, server.app)
    reloadOnSighup(name, directory, server, settings)
    await mark(join(directory, `${name}.ready`), `${process.pid}`)
  } catch (error) {
    fail(name, error)
  }
}

/** @param {string} directory */
async function readSettings(directory) {
  return JSON.parse(await readFile(join(directory, 'settings.json'), 'utf8'))
}

/**
 * Listens, or says who does already.
 * @param {string} name
 * @param {import('fastify').FastifyInstance} app
 * @param {{host: string, port: number}} settings
 */
async function listen(name, app, { host, port }) {
  try {
    process.stdout.write(`${name}: listens on ${await app.listen({ host, port })}\n`)
  } catch (error) {
    if (error.code !== 'EADDRINUSE') {
      throw error
    }
    throw new StartupProblem(
      `port ${port} of ${host} is already taken by ${await describeHolder(port)}. ` +
        `End that, or set another port: \`${name}: {port: …}\` in cluster-config/services-configuration.yaml.`,
    )
  }
}

/**
 * @param {string} name
 * @param {import('fastify').FastifyInstance} app
 */
function endOnSigterm(name, app) {
  process.once('SIGTERM', () => {
    setTimeout(() => fail(name, new StartupProblem('requests under way did not end in time')), SHUTDOWN_MS).unref()
    closeGracefully(app).catch((error) => fail(name, error))
  })
}

/**
 * Takes no more connections, and resolves when the requests under way are answered. Node closes the idle connections
 * only once, when it begins: one whose answer is just leaving would stay until its keep-alive time is over.
 * @param {import('fastify').FastifyInstance} app
 */
export async function closeGracefully(app) {
  const sweep = setInterval(() => app.server.closeIdleConnections(), 50)
  try {
    await app.close()
  } finally {
    clearInterval(sweep)
  }
}

/**
 * @param {string} name
 * @param {string} directory
 * @param {Server} server
 * @param {{host: string, port: number}} started
 */
function reloadOnSighup(name, directory, server, started) {
  let previous = Promise.resolve()
  process.on('SIGHUP', () => {
    previous = previous.then(async () => {
      const outcome = await reload(directory, server, started)
      process.stdout.write(`${name}: reload: ${outcome}\n`)
      await mark(join(directory, `${name}.reloaded`), outcome)
    })
  })
}

/**
 * The outcome's first word is what the refresh script acts on: ok, restart or failed.
 * @param {string} directory
 * @param {Server} server
 * @param {{host: string, port: number}} started
 */
async function reload(directory, server, started) {
  try {
    const settings = await readSettings(directory)
    if (settings.host !== started.host || settings.port !== started.port) {
      return `restart: it listens on ${started.host}:${started.port}, and is to listen on ${settings.host}:${settings.port}`
    }
    return `ok: ${await server.reload(settings)}`
  } catch (error) {
    return `failed: ${error instanceof Error ? error.message : String(error)}`.replaceAll('\n', ' ')
  }
}

/**
 * Whole or not at all, since a script waits for the file to appear.
 * @param {string} file
 * @param {string} text
 */
async function mark(file, text) {
  await writeFile(`${file}.${process.pid}`, `${text}\n`)
  await rename(`${file}.${process.pid}`, file)
}

/**
 * @param {string} name
 * @param {unknown} error
 */
function fail(name, error) {
  const text = error instanceof StartupProblem ? error.message : error instanceof Error ? error.stack : String(error)
  process.stderr.write(`${name}: ${text}\n`)
  process.exit(1)
}
