import { formatDuration } from '../model/duration.ts'
import type { JsonValue } from '../model/json.ts'
import { unreachable } from '../model/result.ts'
import type { Retry } from '../model/retry.ts'
import {
  OPERATORS,
  type Operator,
  type Readiness,
  type ReadinessProbe,
  type Retries,
  type ScriptRole,
} from '../model/service.ts'
import { edgeNote, type GraphPrerequisite } from './graph-drawing/graph-service.ts'
import { printable, printableSentence } from './printable.ts'
import type { Style } from './style.ts'
import { widest } from './table-layout.ts'
import { paintState, type ServiceRow, sortedOutputs } from './tables.ts'
import { padToWidth } from './text-width.ts'
import { formatTime } from './timestamp.ts'

/** All that `service describe` knows of a service. */
export interface ServiceDescription {
  readonly row: ServiceRow
  /** The run that brought it into its state. */
  readonly run: string | null
  /** The component's directory. */
  readonly directory: string
  readonly prerequisites: readonly GraphPrerequisite[]
  readonly dependents: readonly string[]
  readonly scripts: Readonly<Partial<Record<ScriptRole, string>>>
  readonly readiness: Readiness | null
  /** In milliseconds; `undefined` is no limit. */
  readonly timeouts: Readonly<Partial<Record<Operator, number | undefined>>>
  readonly retries: Retries
  /** As YAML, from `configText`; `null` where it is not known. */
  readonly configuration: string | null
  readonly log: string | null
  /** What the describe-script printed. */
  readonly described: JsonValue | undefined
}

export interface DescriptionView {
  readonly style: Style
  /** Milliseconds since the epoch. */
  readonly now: number
  /** How the component's directory and the log are named; as they are where it is not given. */
  readonly display?: ((file: string) => string) | undefined
}

/** A service as text: what it is and how it is, one fact a line, then what has several lines of its own. */
export function serviceDescription(description: ServiceDescription, view: DescriptionView): string {
  const { row } = description
  const { style } = view
  const lines = [style.bold(printable(row.name))]
  if (row.description !== null) lines.push(`  ${printableSentence(row.description)}`)
  for (const [label, text] of facts(description, view)) {
    const shown = label === 'state' ? paintState(text, row.state, style) : text
    lines.push(`${style.dim(label.padEnd(LABEL_WIDTH))}${shown}`)
  }
  for (const [title, entries] of sections(description)) {
    if (entries.length > 0) lines.push('', style.bold(`${title}:`), ...aligned(entries))
  }
  for (const [title, text] of blocks(description)) lines.push('', style.bold(`${title}:`), ...indented(text))
  return lines.join('\n')
}

type Entry = readonly [name: string, text: string]

const LABEL_WIDTH = 15

function facts({ row, run, directory, log, ...rest }: ServiceDescription, view: DescriptionView): Entry[] {
  const { now, display = (file) => file } = view
  const entries: Entry[] = [['state', row.state]]
  if (row.detail !== '') entries.push(['', printableSentence(row.detail)])
  if (row.since !== null) entries.push(['since', formatTime(row.since, now)])
  if (run !== null) entries.push(['run', printable(run)])
  entries.push(['kind', row.kind])
  const component = [row.component === row.name ? '' : row.component, directory === '' ? '' : display(directory)]
  entries.push([
    'component',
    component
      .filter((text) => text !== '')
      .map(printable)
      .join(', ') || 'none',
  ])
  if (row.tags.length > 0) entries.push(['tags', row.tags.map(printable).join(', ')])
  entries.push(['prerequisites', names(rest.prerequisites.map(prerequisiteWords))])
  entries.push(['dependents', names(rest.dependents)])
  entries.push(['readiness', rest.readiness === null ? 'none' : readinessWords(rest.readiness)])
  entries.push(['log', log === null ? 'none' : printable(display(log))])
  return entries
}

const names = (list: readonly string[]): string =>
  list.length === 0 ? 'none' : [...list].sort().map(printable).join(', ')

const prerequisiteWords = (edge: GraphPrerequisite): string => {
  const note = edgeNote(edge)
  return note === undefined ? edge.service : `${edge.service} (${note})`
}

function readinessWords({ probe, intervalMs, timeoutMs, successThreshold }: Readiness): string {
  const often = successThreshold === 1 ? '' : `, ${successThreshold} answers in a row`
  return `${probeWords(probe)}, every ${formatDuration(intervalMs)} for at most ${formatDuration(timeoutMs)}${often}`
}

function probeWords(probe: ReadinessProbe): string {
  switch (probe.kind) {
    case 'script':
      return `script ${printable(probe.script)}`
    case 'http':
      return `http ${printable(probe.url)}`
    case 'tcp':
      return `tcp ${printable(probe.host)}:${probe.port}`
    case 'log':
      return `log /${printable(probe.pattern)}/`
    default:
      return unreachable(probe)
  }
}

function sections({
  row,
  scripts,
  timeouts,
  retries,
}: ServiceDescription): (readonly [title: string, entries: Entry[]])[] {
  const roles = [...OPERATORS, 'status', 'describe'] as const
  return [
    ['outputs', sortedOutputs(row.outputs)],
    [
      'scripts',
      roles.flatMap((role): Entry[] => (scripts[role] === undefined ? [] : [[role, printable(scripts[role])]])),
    ],
    [
      'timeouts',
      OPERATORS.filter((operator) => operator in timeouts).map((operator) => [
        operator,
        limitWords(timeouts[operator]),
      ]),
    ],
    [
      'retries',
      OPERATORS.flatMap((operator): Entry[] => {
        const retry = retries[operator]
        return retry === undefined ? [] : [[operator, retryWords(retry)]]
      }),
    ],
  ]
}

function retryWords({ attempts, delayMs, backoff, maxDelayMs, exitCodes }: Retry): string {
  const growing = backoff === 1 ? '' : `, each wait ${backoff} times the last, up to ${formatDuration(maxDelayMs)}`
  const only = exitCodes === null ? '' : `, of exit codes only ${exitCodes.join(', ') || 'none'}`
  return `${attempts} attempts, ${formatDuration(delayMs)} between${growing}${only}`
}

const limitWords = (ms: number | undefined): string => (ms === undefined ? 'none' : formatDuration(ms))

function blocks({ configuration, described }: ServiceDescription): Entry[] {
  const entries: Entry[] = []
  if (configuration !== null) entries.push(['configuration', configuration])
  if (described !== undefined) entries.push(['described by its describe-script', JSON.stringify(described, null, 2)])
  return entries
}

const indented = (text: string): string[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => `  ${printable(line)}`.trimEnd())

function aligned(entries: readonly Entry[]): string[] {
  const width = widest(entries.map(([name]) => name))
  return entries.map(([name, text]) => `  ${padToWidth(name, width)}  ${text}`.trimEnd())
}
