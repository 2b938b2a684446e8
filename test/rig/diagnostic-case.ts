import { execFileSync, spawn } from 'node:child_process'
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BINARY } from './project.ts'

/** Where the bad projects are, one directory each; README.md beside them says what a directory holds. */
export const CASES = fileURLToPath(new URL('../diagnostics', import.meta.url))

const MEASURE = new URL('measure.mjs', import.meta.url).href
/** A hang is a failure of its own, long before the test's limit. */
const LIMIT_MS = 30_000

/** A mistake that somebody made, as its directory describes it. */
export interface DiagnosticCase {
  readonly name: string
  readonly directory: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly exitCode: number
}

/** What a run of the command left behind. */
export interface CaseRun {
  readonly code: number | null
  /** Both with the temporary directory as `/scratch`. */
  readonly stdout: string
  readonly stderr: string
  /** What was run: staged copies and records of runs, which were not there before. */
  readonly ran: readonly string[]
  /** The largest resident set, MiB. */
  readonly megabytes: number
  /** Processor time, seconds. */
  readonly seconds: number
}

export function readCases(): DiagnosticCase[] {
  return readdirSync(CASES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => readCase(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

function readCase(name: string): DiagnosticCase {
  const directory = join(CASES, name)
  return {
    name,
    directory,
    args: linesOf(join(directory, 'args')) ?? ['validate'],
    env: Object.fromEntries((linesOf(join(directory, 'env')) ?? []).map((line) => line.split(/=(.*)/s, 2))),
    exitCode: Number(linesOf(join(directory, 'exit'))?.[0] ?? 2),
  }
}

const linesOf = (file: string): string[] | undefined =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : undefined

/** A copy of a case's project with whatever its setup.sh adds, and a state directory of its own. */
export class PreparedCase {
  readonly #case: DiagnosticCase
  readonly #scratch: string
  /** The project's root: where the command is run, and what the paths that it prints are relative to. */
  readonly root: string

  constructor(one: DiagnosticCase) {
    this.#case = one
    this.#scratch = realpathSync(mkdtempSync(join(tmpdir(), 'paictl-case-')))
    this.root = join(this.#scratch, 'project')
    const project = join(one.directory, 'project')
    if (existsSync(project)) cpSync(project, this.root, { recursive: true, verbatimSymlinks: true })
    else mkdirSync(this.root)
    const setup = join(one.directory, 'setup.sh')
    if (existsSync(setup)) {
      execFileSync('bash', ['-eu', setup], { cwd: this.root, env: this.#env(), stdio: ['ignore', 'ignore', 'inherit'] })
    }
  }

  /** Runs the case's command line, with `options` before it. */
  async run(...options: string[]): Promise<CaseRun> {
    const report = join(this.#scratch, 'measured.json')
    const before = new Set(this.#traces())
    const child = spawn(process.execPath, ['--import', MEASURE, BINARY, ...options, ...this.#case.args], {
      cwd: this.root,
      env: { ...this.#env(), MEASURED: report },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', resolve)
    })
    const { megabytes, seconds } = JSON.parse(readFileSync(report, 'utf8')) as CaseRun
    const ran = this.#traces().filter((path) => !before.has(path))
    return { code, stdout: this.#withoutPlace(stdout), stderr: this.#withoutPlace(stderr), ran, megabytes, seconds }
  }

  /**
   * The text that places of a file count in, as a diagnostic names it; empty for what is no text, undefined where there
   * is nothing. What an option was given is a text, too: a line each time.
   */
  text(shown: string): string | undefined {
    if (shown.startsWith('--')) {
      const given = this.#case.args.filter((_, index, args) => args[index - 1] === shown)
      return given.length === 0 ? undefined : given.join('\n')
    }
    const path = shown.startsWith('/scratch') ? this.#scratch + shown.slice('/scratch'.length) : join(this.root, shown)
    const isFile = lstatSync(path, { throwIfNoEntry: false })?.isFile()
    return isFile ? readFileSync(path, 'utf8').replace(/^\ufeff/, '') : isFile === undefined ? undefined : ''
  }

  /** Whether its setup.sh has paictl keep something, which a command may set aside or change. */
  get hasState(): boolean {
    return existsSync(join(this.#scratch, 'state'))
  }

  remove(): void {
    rmSync(this.#scratch, { recursive: true, force: true })
  }

  #env(): Record<string, string> {
    const { PATH = '' } = process.env
    const state = join(this.#scratch, 'state')
    return { PATH, HOME: this.#scratch, LANG: 'C.UTF-8', PAICTL_STATE_DIR: state, PAICTL: BINARY, ...this.#case.env }
  }

  /** Whatever a script could only have been run from or for. */
  #traces(): string[] {
    const state = join(this.#scratch, 'state')
    if (!existsSync(state)) return []
    const all = readdirSync(state, { recursive: true, encoding: 'utf8' })
    return all.filter((path) => /\/runs\/[^/]+$|@[^/]+$/.test(path))
  }

  #withoutPlace(text: string): string {
    return text.replaceAll(this.#scratch, '/scratch').replace(/(?<=\.corrupt-)\d+/g, '0')
  }
}
