import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, open, readFile, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { temporaryDirectory } from './clean-up.ts'
import { ROOT } from './load.ts'

export const LIBRARY = join(ROOT, 'components/model-store/deploy/process.sh')

/** A background process that does what the test says, and ends with the test at the latest. */
const DAEMON = `
import { renameSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
const test = connect(Number(process.argv[2]), '127.0.0.1')
test.on('close', () => process.exit(1))
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => test.write(signal + '\\n'))
test.write(process.pid + '\\n')
createInterface(test).on('line', (line) => {
  const [verb, name, text] = line.split('|')
  if (verb === 'exit') process.exit(Number(name))
  const file = process.env.PAICTL_RUN_DIR + '/' + process.env.PAICTL_SERVICE + '.' + name
  writeFileSync(file + '.new', text + '\\n')
  renameSync(file + '.new', file)
})
`

export interface Daemon {
  readonly pid: number
  /** The name of the next signal that it gets. */
  signal(): Promise<string>
  /** Has it write a marker: `ready` or `reloaded`. */
  mark(name: string, text: string): void
  exit(code: number): void
  readonly gone: Promise<unknown>
}

export interface Ended {
  readonly code: number | null
  readonly output: string
}

/** A deploy directory with the process library, and processes that connect to the test. */
export async function processRig() {
  const directory = await temporaryDirectory()
  await cp(LIBRARY, join(directory, 'process.sh'))
  await writeFile(join(directory, 'daemon.mjs'), DAEMON)
  const { port, accept } = await acceptDaemons()
  const runDirectory = join(directory, 'run')
  const file = (name: string) => join(runDirectory, `demo.${name}`)
  let runs = 0

  /** Begins a script that has sourced the library; daemons that it leaves keep its output open, so that is a file. */
  async function begin(script: string) {
    runs += 1
    const log = join(directory, `output-${runs}`)
    const output = await open(log, 'w')
    const child = spawn('bash', ['-euo', 'pipefail', '-c', `. ./process.sh; ${script}`], {
      cwd: directory,
      detached: true,
      stdio: ['ignore', output.fd, output.fd],
      env: { ...process.env, PAICTL_RUN_DIR: runDirectory, PAICTL_SERVICE: 'demo' },
    })
    const ended = once(child, 'exit').then(async ([code]): Promise<Ended> => {
      return { code, output: await readFile(log, 'utf8') }
    })
    await output.close()
    return { child, ended }
  }

  const run = async (script: string): Promise<Ended> => (await begin(script)).ended
  const startDaemon = `process_start node daemon.mjs ${port}`

  /** Starts a daemon that is ready. */
  async function up(): Promise<Daemon> {
    const { ended } = await begin(startDaemon)
    const daemon = await accept()
    daemon.mark('ready', '')
    await ended
    return daemon
  }

  return {
    directory,
    file,
    begin,
    run,
    up,
    accept,
    startDaemon,
    status: async () => (await run('process_status')).code,
  }
}

/** Listens for daemons, in the order in which they come. */
async function acceptDaemons() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const sockets: Socket[] = []
  server.on('connection', (socket) => {
    // A daemon that is killed may reset the connection.
    socket.on('error', () => {})
    sockets.push(socket)
  })
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const accept = async (): Promise<Daemon> => {
    const [socket]: Socket[] = await once(server, 'connection')
    if (socket === undefined) throw new Error('a connection without a socket')
    const gone = once(socket, 'close')
    const lines = createInterface(socket)[Symbol.asyncIterator]()
    const line = async (): Promise<string> => (await lines.next()).value ?? ''
    return {
      pid: Number(await line()),
      signal: line,
      mark: (name, text) => socket.write(`mark|${name}|${text}\n`),
      exit: (code) => socket.write(`exit|${code}\n`),
      gone,
    }
  }
  return { port: (server.address() as AddressInfo).port, accept }
}
