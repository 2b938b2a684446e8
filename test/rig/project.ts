import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { processesOf } from './processes.ts'
import { until } from './until.ts'

/** The built command: what users run. */
export const BINARY = fileURLToPath(new URL('../../dist/main.js', import.meta.url))

const KILL_HOOK = new URL('kill-hook.mjs', import.meta.url).href

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A run of the binary that has not ended yet. */
export interface Running {
  readonly pid: number
  readonly finished: Promise<Finished>
  /** What it has printed so far, both streams. */
  output(): string
  signal(signal: NodeJS.Signals): void
  /** Types at its terminal. */
  type(keys: string): void
}

export interface SpawnOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** What starts the binary, as `['setpriv', '--reuid=65534']`. */
  readonly through?: readonly string[]
  /** At a terminal: what is run there after it, in place of what it returns. */
  readonly after?: string
}

/** A temporary project whose scripts write down what they do and, where the test says so, wait for its word. */
export class TestProject {
  /** Real path: what scripts see. */
  readonly root: string
  readonly state: string
  readonly #scratch: string

  /** `name`: of the project's directory, and so of its cluster. */
  constructor(name = 'project') {
    this.#scratch = realpathSync(mkdtempSync(join(tmpdir(), 'paictl-test-')))
    this.root = join(this.#scratch, name)
    this.state = join(this.#scratch, 'state')
    mkdirSync(join(this.root, 'components'), { recursive: true })
    mkdirSync(join(this.#scratch, 'gates'))
    writeFileSync(join(this.#scratch, 'trace'), '')
    onTestFinished(() => this.#remove())
  }

  /** Writes a file of the project; a text that begins with `#!` is made executable. */
  write(path: string, text: string): string {
    const file = join(this.root, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
    if (text.startsWith('#!')) chmodSync(file, 0o755)
    return file
  }

  remove(path: string): void {
    rmSync(join(this.root, path), { recursive: true, force: true })
  }

  /**
   * Adds a component whose scripts leave a trace. `description` is added to its service.yaml; `scripts` are the bodies
   * of further scripts by file name, `start.sh` and `stop.sh` have one already.
   */
  component(name: string, description = '', scripts: Readonly<Record<string, string>> = {}): void {
    const own = { 'start.sh': '', 'stop.sh': '', ...scripts }
    const keys = Object.keys(own)
      .filter((file) => /^(start|stop|delete|refresh|status|describe)\.sh$/.test(file))
      .map((file) => `${file.replace('.sh', '')}-script: ${file}\n`)
    this.write(`components/${name}/deploy/service.yaml`, keys.join('') + description)
    for (const [file, body] of Object.entries(own)) this.write(`components/${name}/deploy/${file}`, traced(file, body))
  }

  /** Makes the named step wait until `open` is called: `start web`. */
  gate(step: string): { readonly reached: Promise<void>; open(): Promise<void>; remove(): void } {
    const fifo = join(this.#scratch, 'gates', step.replace(' ', '-'))
    execFileSync('mkfifo', [fifo])
    const reached = () => this.traced(`begin ${step}`)
    return {
      get reached() {
        return reached()
      },
      open: async () => {
        // Opening for writing waits for the script to open for reading, and so for it to have come there.
        await writeFile(fifo, '\n')
        rmSync(fifo, { force: true })
      },
      // For a gate whose step was ended before it was opened.
      remove: () => rmSync(fifo, { force: true }),
    }
  }

  /** What the scripts wrote down, in the order in which it happened: `begin start web`, `end start web`. */
  trace(): string[] {
    return readFileSync(join(this.#scratch, 'trace'), 'utf8').split('\n').filter(Boolean)
  }

  /** Waits until the scripts have written a line, as often as `times` says. */
  async traced(line: string, times = 1): Promise<void> {
    await until(() => this.trace().filter((one) => one === line).length >= times, `"${line}" in the trace`)
  }

  /** Only how scripts began: `start web`, in order. */
  began(): string[] {
    return this.trace().flatMap((line) => (line.startsWith('begin ') ? [line.slice('begin '.length)] : []))
  }

  forgetTrace(): void {
    writeFileSync(join(this.#scratch, 'trace'), '')
  }

  /** Runs the binary in the project to its end. */
  async paictl(...args: string[]): Promise<Finished> {
    return await this.spawn(args).finished
  }

  /** Runs the binary to the place that kill-hook.mjs knows, or to its end where it does not come there. */
  async killedAt(place: string, ...args: string[]): Promise<Finished> {
    const env = { KILL_AT: place, NODE_OPTIONS: `--import=${KILL_HOOK}` }
    return await this.spawn(args, { env }).finished
  }

  /** Begins a run of the binary. */
  spawn(args: readonly string[], options: SpawnOptions = {}): Running {
    return this.#begin([...(options.through ?? []), process.execPath, BINARY, ...args], options)
  }

  /** Begins a run of the binary in a terminal of its own, 100 columns wide; all that it shows is its standard output. */
  terminal(args: readonly string[], options: SpawnOptions = {}): Running {
    const words = [process.execPath, BINARY, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`)
    const typed = words.join(' ')
    // A shell that waits for it gets the Ctrl-C too, and is to go on.
    const whole =
      options.after === undefined ? `exec ${typed}` : `trap : INT; ${typed}; code=$?; ${options.after}; exit $code`
    const command = `stty cols 100; ${whole}`
    return this.#begin(['script', '-qefc', command, '/dev/null'], {
      ...options,
      env: { TERM: 'xterm', ...options.env },
    })
  }

  #begin([file = '', ...args]: readonly string[], options: SpawnOptions): Running {
    const child = spawn(file, args, {
      cwd: options.cwd ?? this.root,
      env: { ...this.env(), ...options.env },
      stdio: [file === 'script' ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout?.setEncoding('utf8').on('data', (text) => (stdout += text))
    child.stderr?.setEncoding('utf8').on('data', (text) => (stderr += text))
    const finished = new Promise<Finished>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code) => resolve({ code, stdout, stderr }))
    })
    return {
      pid: child.pid ?? -1,
      finished,
      output: () => stdout + stderr,
      signal: (signal) => void child.kill(signal),
      type: (keys) => void child.stdin?.write(keys),
    }
  }

  env(): Record<string, string> {
    const { PATH = '', HOME = '' } = process.env
    return {
      PATH,
      HOME,
      LANG: 'C.UTF-8',
      PAICTL_STATE_DIR: this.state,
      TRACE: join(this.#scratch, 'trace'),
      GATES: join(this.#scratch, 'gates'),
    }
  }

  /** Something that a service keeps, by its path in PAICTL_DATA_DIR. */
  data(service: string, path = '', cluster = 'project'): string {
    return join(this.state, cluster, 'services', service, 'data', path)
  }

  /** The recorded state of a service. */
  record(service: string, cluster = 'project'): Record<string, unknown> {
    return JSON.parse(readFileSync(join(this.state, cluster, 'services', service, 'state.json'), 'utf8'))
  }

  /** Ends what scripts left running, and removes everything. */
  #remove(): void {
    for (const pid of processesOf(this.#scratch)) process.kill(pid, 'SIGKILL')
    rmSync(this.#scratch, { recursive: true, force: true })
  }
}

function traced(file: string, body: string): string {
  const operator = file.replace('.sh', '')
  return `#!/usr/bin/env bash
step="${operator} $PAICTL_SERVICE"
echo "begin $step" >> "$TRACE"
gate="$GATES/${operator}-$PAICTL_SERVICE"
if [ -p "$gate" ]; then read -r _ < "$gate"; fi
${body}
echo "end $step" >> "$TRACE"
`
}
