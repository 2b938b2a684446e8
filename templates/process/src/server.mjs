import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'

const { PAICTL_RUN_DIR: directory, PAICTL_SERVICE: service } = process.env
if (!directory || !service) {
  throw new Error('PAICTL_RUN_DIR and PAICTL_SERVICE are not set: this is run by deploy/start.sh')
}

const started = readSettings()
let { greeting } = started

const server = createServer((request, response) => {
  const answer = { '/': greeting, '/healthz': 'ok' }[request.url ?? '']
  response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'text/plain; charset=utf-8' })
  response.end(`${answer ?? 'not found'}\n`)
})

server.on('error', (error) => {
  const { host, port } = started
  const taken = `port ${port} of ${host} is already taken; set another: \`${service}: {port: …}\` in cluster-config`
  process.stderr.write(`${service}: ${error.code === 'EADDRINUSE' ? taken : error.message}\n`)
  process.exit(1)
})

// deploy/process.sh waits for this marker, and counts the start as failed if the process ends without it.
server.listen(started.port, started.host, () => mark('ready', String(process.pid)))

// Ends when the requests under way are answered.
process.once('SIGTERM', () => server.close())

// deploy/refresh.sh has put new settings in place, and waits for the outcome.
process.on('SIGHUP', () => mark('reloaded', reload()))

/** @returns {string} its first word is what process.sh acts on: ok, restart or failed */
function reload() {
  try {
    const settings = readSettings()
    if (settings.host !== started.host || settings.port !== started.port) {
      return 'restart: it is to listen on another address'
    }
    greeting = settings.greeting
    return 'ok: greeting read again'
  } catch (error) {
    return `failed: ${error instanceof Error ? error.message : error}`
  }
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
