import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { EXPLANATIONS } from '../src/ui/explanations.ts'
import { type CaseRun, type DiagnosticCase, PreparedCase, readCases } from './rig/diagnostic-case.ts'

// Each case starts the command twice; a machine with two processors is busy with three at a time.
vi.setConfig({ maxConcurrency: 3 })

const cases = readCases()

/** A problem as `--output json` prints it: as much of it as is compared here. */
interface JsonDiagnostic {
  readonly type: string
  readonly code: string
  readonly severity: string
  readonly message: string
  readonly file: string | null
  readonly range: Range | null
  readonly related: readonly { readonly file: string | null; readonly range: Range | null; readonly note: string }[]
}

interface Range {
  readonly start: Position
  readonly end: Position
}

interface Position {
  readonly line: number
  readonly column: number
}

describe.concurrent('a mistake is pointed at', () => {
  test.for(cases)('$name', async (one, { onTestFinished }) => {
    const prepared = new PreparedCase(one)
    onTestFinished(() => prepared.remove())
    const human = await prepared.run()
    const file = join(one.directory, 'expected.txt')
    if (process.env.UPDATE) writeFileSync(file, human.stderr)
    checkBounds(one, human)
    expect(human.stderr).toBe(readFileSync(file, 'utf8'))
    // `--output` itself can be the mistake.
    if (one.args.some((arg) => arg.startsWith('--output'))) return
    // What was kept before may be another thing now.
    const again = prepared.hasState ? new PreparedCase(one) : prepared
    onTestFinished(() => again.remove())
    const data = await again.run('--output', 'json')
    checkBounds(one, data)
    checkData(data, human, again)
  })
})

function checkBounds(one: DiagnosticCase, run: CaseRun): void {
  expect(run.stderr).not.toMatch(/^ +at |node:internal|internal error/m)
  expect(run.code).toBe(one.exitCode)
  expect(run.ran).toEqual([])
  expect(run.megabytes).toBeLessThan(300)
  // Of processor time: what a case takes on the clock depends on who else is at work.
  expect(run.seconds).toBeLessThan(4)
}

/** The same problems as data, each pointing at something that is there. */
function checkData(data: CaseRun, human: CaseRun, prepared: PreparedCase): void {
  const found = diagnosticsOf(data)
  expect(found.map((one) => `${one.severity}[${one.code}]`)).toEqual(headsOf(human.stderr))
  for (const one of found) {
    checkPlace(one, prepared)
    for (const related of one.related) checkPlace(related, prepared)
  }
}

function diagnosticsOf({ stdout, stderr }: CaseRun): JsonDiagnostic[] {
  const lines = stderr.split('\n').filter((line) => line !== '')
  const printed = lines.map((line): JsonDiagnostic => JSON.parse(line))
  const document = stdout.startsWith('{') ? JSON.parse(stdout) : {}
  return [...(document.diagnostics ?? []), ...printed].filter(({ type }) => type === 'diagnostic')
}

const headsOf = (text: string): string[] => text.match(/^(?:error|warning)\[PAI-[a-z-]+\]/gm) ?? []

function checkPlace({ file, range }: Pick<JsonDiagnostic, 'file' | 'range'>, prepared: PreparedCase): void {
  if (file === null || range === null) return
  const { start, end } = range
  const isOrdered = start.line < end.line || (start.line === end.line && start.column <= end.column)
  expect([range, isOrdered]).toEqual([range, true])
  const text = prepared.text(file)
  expect([file, text === undefined]).toEqual([file, false])
  const lines = text?.split(/\r\n?|\n/) ?? []
  for (const { line, column } of text === '' ? [] : [start, end]) {
    const length = lines[line - 1]?.length ?? -1
    expect([file, range, column >= 1 && column <= length + 1]).toEqual([file, range, true])
  }
}

describe('all mistakes together', () => {
  test('there are at least 150 bad projects', () => {
    expect(cases.length).toBeGreaterThanOrEqual(150)
  })

  test('every code is reached, and every one is documented', () => {
    const codes = Object.keys(EXPLANATIONS).map((code) => `PAI-${code}`)
    const reached = new Set(cases.flatMap(expectedHeads).map((head) => head.replace(/^.*\[|\]$/g, '')))
    expect([...reached, ...OF_RUNS].sort()).toEqual(codes.sort())
    const documented = readFileSync(new URL('../docs/diagnostics.md', import.meta.url), 'utf8')
    expect(codes.filter((code) => !documented.includes(`\n### ${code}\n`))).toEqual([])
  })
})

/** Only what others do at the same time, or has ended runs, gives these: scenarios hold them. */
const OF_RUNS = [
  'PAI-deployments-moving',
  'PAI-lease-lost',
  'PAI-name-in-use',
  'PAI-not-resumable',
  'PAI-port-in-use',
  'PAI-run-interrupted',
  'PAI-unremovable-file',
]

const expectedHeads = ({ directory }: DiagnosticCase): string[] =>
  headsOf(readFileSync(join(directory, 'expected.txt'), 'utf8'))
