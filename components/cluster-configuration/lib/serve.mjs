import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createListeners } from './listeners.mjs'
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
 * on SIGTERM. It is called as the service, of which there may be many of one component.
 * @param {(settings: any) => Promise<Server>} create
 */
export async function serve(create) {
  const { PAICTL_RUN_DIR: directory, PAICTL_SERVICE: name } = process.env
  if (!directory || !name) {
    fail('server', new StartupProblem('PAICTL_RUN_DIR and PAICTL_SERVICE are not set: this is run by deploy/start.sh'))
    return
  }
  try {
    const settings = await readSettings(directory)
    const server = await create(settings)
    const listeners = createListeners(server.app)
    listeners.settle(await listen(name, listeners, settings))
    endOnSigterm(name, listeners)
    reloadOnSighup(name, directory, async () => reload(name, server, { directory, listeners }))
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
 * @param {ReturnType<typeof createListeners>} listeners
 * @param {{host: string, port: number}} address
 */
async function listen(name, listeners, { host, port }) {
  try {
    const listener = await listeners.open({ host, port })
    process.stdout.write(`${name}: listens on http://${host}:${port}\n`)
    return listener
  } catch (error) {
    if (error.code !== 'EADDRINUSE') {
      throw error
    }
    throw new StartupProblem(
      `port ${port} of ${host} is already taken by ${await describeHolder(port)}. ` +
        `End that, or set another port: ${placeOfPort(name)}.`,
    )
  }
}

/** @param {string} name */
function placeOfPort(name) {
  return (process.env.PAICTL_COMPONENT ?? name) === name
    ? `\`${name}: {port: …}\` in cluster-config/services-configuration.yaml`
    : `\`paictl deployment update ${name} --set port=…\``
}

/**
 * @param {string} name
 * @param {ReturnType<typeof createListeners>} listeners
 */
function endOnSigterm(name, listeners) {
  process.once('SIGTERM', () => {
    setTimeout(() => fail(name, new StartupProblem('requests under way did not end in time')), SHUTDOWN_MS).unref()
    listeners.close().catch((error) => fail(name, error))
  })
}

/**
 * One after the other. Who asked before the last one has gone, or it would not have been asked again: what became of the
 * last one is what its refresh script waits for.
 * @param {string} name
 * @param {string} directory
 * @param {() => Promise<string>} reloaded
 */
function reloadOnSighup(name, directory, reloaded) {
  let previous = Promise.resolve()
  let asked = 0
  process.on('SIGHUP', () => {
    asked += 1
    const number = asked
    previous = previous.then(async () => {
      const outcome = await reloaded()
      process.stdout.write(`${name}: reload: ${outcome}\n`)
      if (number === asked) {
        await mark(join(directory, `${name}.reloaded`), outcome)
      }
    })
  })
}

/**
 * The outcome's first word is what the refresh script acts on: ok, restart or failed. What fails leaves everything as it
 * was, the address too.
 * @param {string} name
 * @param {Server} server
 * @param {{directory: string, listeners: ReturnType<typeof createListeners>}} running
 */
async function reload(name, server, { directory, listeners }) {
  try {
    const settings = await readSettings(directory)
    if (listeners.isAt(settings)) {
      return `ok: ${await server.reload(settings)}`
    }
    const { host, port } = settings
    if (!listeners.canOpenBeside(settings)) {
      // Who could not start again is better not stopped: so this is tried first.
      await server.reload(settings)
      return `restart: to listen on port ${port} of ${host}, it has to leave that port of the host before`
    }
    const listener = await listen(name, listeners, settings)
    try {
      const outcome = await server.reload(settings)
      listeners.settle(listener)
      return `ok: ${outcome}; listens on ${host}:${port}, and leaves the address before when nobody asks there any more`
    } catch (error) {
      await listeners.leave(listener)
      throw error
    }
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
