import { CHECKS, type Check, type CheckName, type ComponentTest } from '../model/component-test.ts'
import { formatDuration } from '../model/duration.ts'
import type { JsonObject, JsonValue } from '../model/json.ts'
import { printable } from './printable.ts'
import type { OutputMode } from './run-lines.ts'
import type { Style } from './style.ts'
import { widest } from './table-layout.ts'
import type { Terminal } from './terminal.ts'
import { cropToWidth } from './text-width.ts'
import { EXPECTED, findingWords, remainWords, skipWords } from './wording/component-test.ts'
import { counted } from './wording/lists.ts'
import type { DisplayPath } from './wording/wording.ts'

export interface TestLinesOptions {
  readonly terminal: Terminal
  readonly mode: OutputMode
  readonly style: Style
  readonly display: DisplayPath
  /** Whether the logs that are named will be there. */
  readonly keep: boolean
}

/** Prints a test as it goes on: a line that stays of each check, and at a terminal one that says what is checked now. */
export interface TestLines {
  /** `like`: whose configuration it has been given. */
  begun(about: {
    readonly component: string
    readonly like: string | undefined
    readonly cluster: string
    readonly directory: string
  }): void
  checking(name: CheckName, time: number): void
  checked(check: Check): void
  interrupted(signal: string): void
  /** Redraws what changes with time alone. `now` as in `checking`. */
  tick(now: number): void
  /** Takes the transient line away. */
  clear(): void
}

const CLEAR_LINE = '\r\u001b[K'

export function createTestLines(options: TestLinesOptions): TestLines {
  const { terminal, mode, style } = options
  const live = mode === 'human' && terminal.interactive
  let drawn = ''
  let current: { readonly name: CheckName; readonly since: number } | undefined
  const print = (lines: readonly string[], transient: string): void => {
    if (mode === 'json' || (lines.length === 0 && transient === drawn)) return
    const text = lines.map((line) => `${line}\n`).join('')
    terminal.write((drawn === '' ? '' : CLEAR_LINE) + text + style.dim(transient))
    drawn = transient
  }
  const transientAt = (now: number): string => {
    if (!live || current === undefined) return ''
    const { name, since } = current
    const words = `checking: ${name} ${Math.max(0, Math.floor((now - since) / 1000))}s`
    return cropToWidth(words, terminal.columns - 1)
  }
  return {
    begun({ component, like, cluster, directory }) {
      const given = like === undefined ? [] : [`with the configuration of ${printable(like)}`]
      print([style.bold(`Testing ${printable(component)} (cluster ${cluster}, in ${directory})`), ...given], '')
    },
    checking(name, time) {
      current = { name, since: time }
      print([], transientAt(time))
    },
    checked(check) {
      current = undefined
      print(checkLines(check, options), '')
    },
    interrupted: (signal) => print([style.yellow(`${signal}: the test ends; what it has started is taken down`)], ''),
    tick: (now) => print([], transientAt(now)),
    clear: () => print([], ''),
  }
}

const NAME_WIDTH = widest(CHECKS)

function checkLines(check: Check, { style, display, keep }: TestLinesOptions): string[] {
  const { name, verdict, durationMs } = check
  const row = (status: string, ...rest: readonly string[]): string =>
    `  ${[status.padEnd(7), name.padEnd(NAME_WIDTH), ...rest].join('  ')}`.trimEnd()
  const took = formatDuration(durationMs).padEnd(6)
  switch (verdict.kind) {
    case 'passed':
      return [row('ok', took)]
    case 'skipped':
      return [style.dim(row('skipped', ''.padEnd(6), skipWords(verdict.reason)))]
    case 'failed': {
      const { summary, found, advice } = findingWords(name, verdict.finding, display)
      const field = (label: string, text: string): string => `    ${style.dim(label.padEnd(10))}${text}`
      const lines = [style.red(row('FAILED', took, summary)), field('expected', EXPECTED[name])]
      found.forEach((text, index) => {
        lines.push(field(index === 0 ? 'found' : '', text))
      })
      const { script, log, tail } = evidence(check)
      if (script !== null) lines.push(field('script', printable(script)))
      if (log !== null) {
        const where = keep ? printable(display(log)) : 'removed with the scratch state; --keep keeps it'
        lines.push(field('log', `${where}${tail.length === 0 ? ' (empty)' : ''}`))
      }
      for (const line of tail) lines.push(`    ${style.dim('|')} ${printable(line)}`.trimEnd())
      return [...lines, field('advice', advice)]
    }
  }
}

interface Evidence {
  readonly script: string | null
  readonly log: string | null
  readonly tail: readonly string[]
}

function evidence({ verdict }: Check): Evidence {
  const none = { script: null, log: null, tail: [] }
  if (verdict.kind !== 'failed') return none
  const { finding } = verdict
  if (finding.kind === 'status') return { ...none, script: finding.script }
  if (finding.kind !== 'step') return none
  const { script, log, tail } = finding.failure
  return { script, log, tail }
}

/** The last lines of a test. */
export function testSummary({ component, checks, kept, remains }: ComponentTest, style: Style): string {
  const count = (kind: Check['verdict']['kind']): number => checks.filter(({ verdict }) => verdict.kind === kind).length
  const [passed, failures, skipped] = [count('passed'), count('failed'), count('skipped')]
  const skips = skipped === 0 ? '' : `, ${skipped} skipped`
  const name = printable(component)
  const line =
    failures === 0
      ? style.green(`${name} passes: ${counted(passed, 'check')}${skips}`)
      : style.red(`${name} fails ${failures} of ${counted(passed + failures, 'check')}${skips}`)
  const left = remains.map((remain) => style.yellow(`  ${remainWords(remain)}`))
  const place = kept === null ? [] : [`The scratch state is kept in ${kept}: remove it when it is no longer needed`]
  return [line, ...left, ...place].join('\n')
}

/** A test as `--output json` prints it: its data, with the words that a person would read. */
export function testJson(test: ComponentTest, display: DisplayPath): JsonObject {
  const { component, cluster, checks, kept, remains } = test
  return {
    component,
    cluster,
    passed: remains.length === 0 && checks.every(({ verdict }) => verdict.kind !== 'failed'),
    kept,
    checks: checks.map((check) => checkJson(check, { display, keep: kept !== null })),
    remains: remains.map(remainWords),
  }
}

function checkJson(
  check: Check,
  { display, keep }: { readonly display: DisplayPath; readonly keep: boolean },
): JsonObject {
  const { name, verdict, durationMs } = check
  const common = { name, verdict: verdict.kind, durationMs, expected: EXPECTED[name] }
  if (verdict.kind === 'passed') return { ...common, reason: null, message: null }
  if (verdict.kind === 'skipped') return { ...common, reason: verdict.reason.kind, message: skipWords(verdict.reason) }
  const { summary, found, advice } = findingWords(name, verdict.finding, display)
  const { script, log, tail } = evidence(check)
  return {
    ...common,
    reason: verdict.finding.kind,
    message: summary,
    found,
    advice,
    script,
    log: keep ? log : null,
    tail: tail as readonly JsonValue[],
  }
}
