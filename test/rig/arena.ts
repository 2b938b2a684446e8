import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ArenaComponent, filesOf } from './arena-component.ts'
import { processesOf } from './processes.ts'
import { BINARY, type Finished } from './project.ts'
import { type Entry, readTrace } from './trace.ts'
import { until } from './until.ts'

const KILL_HOOK = new URL('kill-hook.mjs', import.meta.url).href
const WITNESS = fileURLToPath(new URL('witness.sh', import.meta.url))
/** A command that hangs is a failure of its own, and must not hold up the others. */
const LIMIT_MS = 60_000

export interface ArenaCommand {
  readonly finished: Promise<Finished>
  output(): string
  kill(signal?: NodeJS.Signals): void
}

/** Those that still stand, for when the process ends before their tests have. */
const standing = new Set<Arena>()
process.once('exit', () => {
  for (const arena of standing) arena.remove()
})

/**
 * A project whose services are real processes and whose scripts write down what they do, to be mistreated. Any number of
 * them may live side by side in a test: `remove` has to be called at the end of each.
 */
export class Arena {
  readonly root: string
  readonly state: string
  readonly #directory: string
  readonly #children = new Set<ChildProcess>()

  constructor() {
    standing.add(this)
    this.#directory = realpathSync(mkdtempSync(join(tmpdir(), 'paictl-arena-')))
    this.root = join(this.#directory, 'project')
    this.state = join(this.#directory, 'state')
    for (const name of ['gates', 'failing', 'last', 'daemons', 'project/components']) {
      mkdirSync(join(this.#directory, name), { recursive: true })
    }
    writeFileSync(join(this.#directory, 'trace'), '')
    copyFileSync(WITNESS, join(this.#directory, 'witness.sh'))
  }

  /** Writes the component's files, also in the place of those that it had before. */
  declare(component: ArenaComponent): void {
    this.undeclare(component.name)
    for (const [path, text] of filesOf(component)) this.write(path, text)
  }

  /** Writes a file of the project; a text that begins with `#!` is made executable. */
  write(path: string, text: string): void {
    const file = join(this.root, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
    if (text.startsWith('#!')) chmodSync(file, 0o755)
  }

  undeclare(name: string): void {
    rmSync(join(this.root, 'components', name), { recursive: true, force: true })
  }

  /** Makes a script fail before it has done anything, or no longer. */
  setFailing(operator: string, service: string, failing: boolean): void {
    const file = join(this.#directory, 'failing', `${operator}-${service}`)
    if (failing) writeFileSync(file, '')
    else rmSync(file, { force: true })
  }

  /** Makes a script wait, after it has said that it begins, until it is opened. */
  gate(operator: string, service: string): { open(): Promise<void>; remove(): void } {
    const fifo = join(this.#directory, 'gates', `${operator}-${service}`)
    execFileSync('mkfifo', [fifo])
    const remove = (): void => rmSync(fifo, { force: true })
    return {
      open: async () => {
        // Opening for writing waits for the script to have come there.
        await writeFile(fifo, '\n')
        remove()
      },
      remove,
    }
  }

  /** Runs paictl to its end; with `killAt`, only to the place that kill-hook.mjs knows. */
  paictl(args: readonly string[], killAt?: string): Promise<Finished> {
    return this.begin(args, killAt).finished
  }

  begin(args: readonly string[], killAt?: string): ArenaCommand {
    const hook = killAt === undefined ? [] : ['--import', KILL_HOOK]
    const child = spawn(process.execPath, [...hook, BINARY, ...args], {
      cwd: this.root,
      env: { ...this.env(), ...(killAt !== undefined && { KILL_AT: killAt }) },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
    })
    this.#children.add(child)
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
    const finished = new Promise<Finished>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code) => {
        this.#children.delete(child)
        resolve({ code, stdout, stderr })
      })
    })
    return { finished, output: () => stdout + stderr, kill: (signal = 'SIGKILL') => void child.kill(signal) }
  }

  env(): Record<string, string> {
    const { PATH = '' } = process.env
    return { PATH, HOME: this.#directory, LANG: 'C.UTF-8', PAICTL_STATE_DIR: this.state, ARENA: this.#directory }
  }

  /** What the scripts wrote down, in the order in which it happened. */
  trace(): Entry[] {
    return readTrace(readFileSync(join(this.#directory, 'trace'), 'utf8'))
  }

  forgetTrace(): void {
    writeFileSync(join(this.#directory, 'trace'), '')
  }

  /** The services whose processes run, by the system's own word, sorted; one that runs twice is there twice. */
  running(): string[] {
    const directory = join(this.#directory, 'daemons')
    return readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry))
      .flatMap((pid) => daemonOf(pid, directory))
      .sort()
  }

  /** Ends a service's process as if it had died. */
  async killService(name: string): Promise<void> {
    const directory = join(this.#directory, 'daemons')
    for (const pid of readdirSync('/proc')) {
      if (/^\d+$/.test(pid) && daemonOf(pid, directory)[0] === name) kill(Number(pid))
    }
    await until(() => !this.running().includes(name), `the end of ${name}`)
  }

  /** The text of something that a service keeps; `undefined` where it is not there. */
  kept(service: string, file: 'kept' | 'revision' | 'result'): string | undefined {
    const path = join(this.stateOf(service), 'data', file)
    return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined
  }

  /** A service's directory in the state. */
  stateOf(service: string): string {
    return join(this.state, 'project', 'services', service)
  }

  /** The runs after `last` that were begun and have not said how they ended, oldest first. */
  openRuns(last: string): string[] {
    const runs = join(this.state, 'project', 'runs')
    if (!existsSync(runs)) return []
    const has = (id: string, file: string): boolean => existsSync(join(runs, id, file))
    return readdirSync(runs)
      .filter((id) => id > last && has(id, 'plan.json') && !has(id, 'summary.json'))
      .sort()
  }

  /** The id of the newest run; empty before there is one. Later ones sort after it. */
  lastRun(): string {
    const runs = join(this.state, 'project', 'runs')
    return existsSync(runs) ? (readdirSync(runs).sort().at(-1) ?? '') : ''
  }

  /** The entries of a run's journal that are whole. */
  journal(run: string): Readonly<Record<string, unknown>>[] {
    const file = join(this.state, 'project', 'runs', run, 'journal.jsonl')
    if (!existsSync(file)) return []
    return readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line) => {
        try {
          return [JSON.parse(line) as Record<string, unknown>]
        } catch {
          return []
        }
      })
  }

  /** The processes that have to do with this arena, whoever started them. */
  processes(): number[] {
    return processesOf(this.#directory)
  }

  /** Ends whatever is left, and removes everything. */
  remove(): void {
    standing.delete(this)
    for (const child of this.#children) child.kill('SIGKILL')
    for (const pid of this.processes()) kill(pid)
    rmSync(this.#directory, { recursive: true, force: true, maxRetries: 5 })
  }
}

function daemonOf(pid: string, directory: string): string[] {
  try {
    const place = readlinkSync(`/proc/${pid}/cwd`)
    if (dirname(place) !== directory) return []
    // Between its fork and its exec it is still the script that launches it.
    return / \(sleep\) [^Z]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8')) ? [basename(place)] : []
  } catch {
    return []
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended meanwhile.
  }
}
