import { formatDuration } from '../model/duration.ts'
import type { Outcome, StepWarning } from '../model/outcome.ts'
import type { Left, LeftReason, Verb } from '../model/plan.ts'
import { unreachable } from '../model/result.ts'
import type { Operator } from '../model/service.ts'
import { printable } from './printable.ts'
import type { Style } from './style.ts'
import { shortList } from './wording/lists.ts'

/** What a run has come to so far: each step's outcome, and what was left alone. */
export interface RunTally {
  readonly verb: Verb
  readonly steps: readonly { readonly service: string; readonly operator: Operator; readonly outcome: Outcome }[]
  readonly left: readonly Left[]
  /** The stops that have taken the run back, if any have. */
  readonly takenBack?: RunTally['steps']
}

/**
 * The last line of a run, counted in services: `5 started, 2 already running, 1 failed, 3 blocked by ingress in 2.3s`.
 * `durationMs` is null where nothing was run.
 */
export function summaryLine(tally: RunTally, durationMs: number | null, style: Style): string {
  const services = settledServices(tally)
  const { takenBack = [] } = tally
  const back = new Set(takenBack.map(({ service }) => service))
  const stuck = new Set(takenBack.filter(({ outcome }) => outcome.status !== 'done').map(({ service }) => service))
  const isGone = new Set([...back].filter((service) => !stuck.has(service)))
  const done = services
    .filter(({ name, worst }) => worst === 'done' && !isGone.has(name))
    .map((service) => doneWord(tally.verb, service))
  const parts = [
    // What was done comes before what there was nothing to do with.
    ...tallied(done.filter((word) => word !== NO_SCRIPT)),
    ...tallied(done.filter((word) => word === NO_SCRIPT)),
    ...tallied(tally.left.map((left) => leftWord(left.reason))),
  ]
  const count = (status: Outcome['status']): number => services.filter(({ worst }) => worst === status).length
  if (count('failed') > 0) parts.push(style.red(`${count('failed')} failed`))
  if (count('blocked') > 0) {
    const roots = [...new Set(services.flatMap(({ worst, by }) => (worst === 'blocked' ? by : [])))].sort()
    parts.push(`${count('blocked')} blocked by ${shortList(roots.map(printable), 5)}`)
  }
  if (count('cancelled') > 0) parts.push(style.yellow(`${count('cancelled')} cancelled`))
  if (isGone.size > 0) parts.push(`${isGone.size} rolled back`)
  if (stuck.size > 0) parts.push(style.red(`${stuck.size} not rolled back`))
  const summary = parts.length === 0 ? 'nothing was done' : parts.join(', ')
  return durationMs === null ? summary : `${summary} in ${formatDuration(durationMs)}`
}

/** What became of one service, over all its steps. */
interface Settled {
  readonly name: string
  readonly worst: Outcome['status']
  readonly operators: readonly Operator[]
  /** What of its steps was not done as their names say; as long as `operators` where that is all of them. */
  readonly warnings: readonly StepWarning[]
  /** The failures that kept it from being begun. */
  readonly by: readonly string[]
}

/** Worst first: a service of which one step failed has failed, whatever became of its other steps. */
const SEVERITY: readonly Outcome['status'][] = ['failed', 'cancelled', 'blocked', 'done']

function settledServices({ steps }: RunTally): Settled[] {
  const services = new Map<string, Settled>()
  for (const { service, operator, outcome } of steps) {
    const before = services.get(service) ?? { name: service, worst: 'done', operators: [], warnings: [], by: [] }
    services.set(service, {
      name: service,
      worst: SEVERITY.find((status) => status === outcome.status || status === before.worst) ?? before.worst,
      operators: [...before.operators, operator],
      warnings:
        outcome.status === 'done' && outcome.warning !== null ? [...before.warnings, outcome.warning] : before.warnings,
      by: outcome.status === 'blocked' ? [...before.by, ...outcome.by] : before.by,
    })
  }
  return [...services.values()]
}

/** `2 started`, `1 unchanged`: each word once, in the order of its first use. */
export function tallied(words: readonly string[]): string[] {
  return [...new Set(words)].map((word) => `${words.filter((other) => other === word).length} ${word}`)
}

const NO_SCRIPT = 'without a script'

/** Two steps of one service, its stop and its start, are one act of what was asked for. */
function doneWord(verb: Verb, { operators, warnings }: Settled): string {
  const [warning, ...others] = warnings.filter(({ kind }) => kind !== 'deployments-left-out')
  // An operator without its script is no work done.
  if (warning !== undefined && others.length + 1 === operators.length) {
    return warning.kind === 'adopted' ? 'adopted' : NO_SCRIPT
  }
  const [only] = operators
  if (operators.length > 1 || only === undefined) return verb === 'refresh' ? 'refreshed' : 'restarted'
  return DONE_WORDS[only]
}

const DONE_WORDS = { start: 'started', stop: 'stopped', delete: 'deleted', refresh: 'refreshed' } as const

function leftWord(reason: LeftReason): string {
  switch (reason.kind) {
    case 'running':
    case 'running-older-configuration':
    case 'running-unconfirmed':
      return 'already running'
    case 'completed':
      return 'already completed'
    case 'up-to-date':
      return 'up to date'
    case 'held':
      return 'held'
    case 'delete-interrupted':
    case 'stop-interrupted':
    case 'prerequisite-left':
    case 'busy':
      return 'left alone'
    case 'orphan':
      return reason.neededBy.length === 0 ? 'orphaned' : 'orphaned and needed'
    case 'unchanged':
      return 'unchanged'
    case 'not-running':
      return 'not running'
    case 'nothing-to-stop':
      return 'with nothing to stop'
    case 'never-started':
      return 'never started'
    case 'skipped':
      return 'skipped'
    default:
      return unreachable(reason)
  }
}
