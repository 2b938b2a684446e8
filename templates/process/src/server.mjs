import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'

const { PAICTL_RUN_DIR: directory, PAICTL_SERVICE: service } = process.env
if (!directory || !service) {
  throw new Error('PAICTL_RUN_DIR and PAICTL_SERVICE are not set: this is run by deploy/start.sh')
}

let settings = readSettings()
let server = await listen(settings).catch((error) => {
  process.stderr.write(`${service}: ${error.message}\n`)
  process.exit(1)
})

// Ends when the requests under way are answered.
process.once('SIGTERM', () => server.close())

// deploy/refresh.sh has put new settings in place, and waits for the outcome.
process.on('SIGHUP', async () => mark('reloaded', await reload()))

// deploy/process.sh waits for this marker, and counts the start as failed if the process ends without it.
mark('ready', String(process.pid))

/** @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response */
function answer(request, response) {
  const text = { '/': settings.greeting, '/healthz': 'ok' }[request.url ?? '']
  response.writeHead(text === undefined ? 404 : 200, { 'content-type': 'text/plain; charset=utf-8' })
  response.end(`${text ?? 'not found'}\n`)
}

/**
 * Requests under way are answered, whatever changes.
 * @returns {Promise<string>} its first word is what process.sh acts on: ok, restart or failed
 */
async function reload() {
  try {
    const changed = readSettings()
    if (changed.port !== settings.port) {
      // First the new one: where it is taken, the old one goes on.
      const next = await listen(changed)
      server.close()
      server = next
    } else if (changed.host !== settings.host) {
      return 'restart: it is to listen on the same port of another host'
    }
    settings = changed
    return 'ok: settings read again'
  } catch (error) {
    return `failed: ${error instanceof Error ? error.message : error}`
  }
}

/**
 * @param {{host: string, port: number}} address
 * @returns {Promise<import('node:http').Server>} once it listens
 */
function listen({ host, port }) {
  return new Promise((resolve, reject) => {
    const opened = createServer(answer)
    opened.on('error', (error) => {
      const taken = `port ${port} of ${host} is already taken; set another: \`${service}: {port: …}\` in cluster-config`
      reject(error.code === 'EADDRINUSE' ? new Error(taken) : error)
    })
    opened.listen(port, host, () => resolve(opened))
  })
}

/** @returns {{host: string, port: number, greeting: string}} */
function readSettings() {
  return JSON.parse(readFileSync(join(directory, 'settings.json'), 'utf8'))
}

/**
 * By a rename, so that who waits for the file never reads half of it.
 * @param {string} name
 * @param {string} text
 */
function mark(name, text) {
  const file = join(directory, `${service}.${name}`)
  writeFileSync(`${file}.new`, `${text}\n`)
  renameSync(`${file}.new`, file)
}
