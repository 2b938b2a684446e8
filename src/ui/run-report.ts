import { formatDuration } from '../model/duration.ts'
import type { RunEvent } from '../model/event.ts'
import type { Outcome } from '../model/outcome.ts'
import type { Left, Plan, Step } from '../model/plan.ts'
import { unreachable } from '../model/result.ts'
import { failureBlock } from './failure-block.ts'
import { interruptionLine } from './interruption-line.ts'
import { leftDown } from './left-down.ts'
import { notRefreshed } from './not-refreshed.ts'
import { printable, printableSentence } from './printable.ts'
import { notRolledBack, rollbackHeadline } from './rollback-lines.ts'
import { type RunTally, summaryLine } from './run-summary.ts'
import type { Style } from './style.ts'
import { widest } from './table-layout.ts'
import { padToWidth } from './text-width.ts'
import { timeUpLine, timeUpSummary } from './time-up-lines.ts'
import { leftWords } from './wording/cause.ts'
import { reasonWords, warningWords } from './wording/failure.ts'
import { counted } from './wording/lists.ts'

export interface RunReportOptions {
  readonly style: Style
  /** Also a line for what begins and for what is awaited, for output that shows no transient line. */
  readonly everyEvent: boolean
  readonly display: (file: string) => string
}

/** The lines that stay of each event of one run, for people. */
export function createRunReport(options: RunReportOptions): (event: RunEvent) => string[] {
  const { style, everyEvent, display } = options
  const row = createRow()
  const awaited = new Set<string>()
  const steps: RunTally['steps'][number][] = []
  const left: Left[] = []
  const outcomes = new Map<string, Outcome>()
  let plan: Plan | undefined
  let isShown = false
  const takenBack: RunTally['steps'][number][] = []
  let rollback: (RunEvent & { readonly type: 'rollback-started' }) | undefined
  let timeUp: (RunEvent & { readonly type: 'time-up' }) | undefined

  return (event) => {
    switch (event.type) {
      case 'run-started':
        row.measure(event.plan)
        plan = event.plan
        // The plan of an apply was shown, with what it leaves alone.
        isShown = event.verb === 'apply' && event.plan.steps.length > 0
        return [style.bold(headline(event))]
      case 'service-left': {
        left.push(event.left)
        if (isShown && !everyEvent) return []
        const text = row.text('left', event.left.service, leftLine(event.left, event.time))
        return [event.left.failure ? style.red(text) : style.dim(text)]
      }
      case 'step-started':
        return everyEvent ? [row.text('started', event.service, event.operator)] : []
      case 'step-waiting':
        awaited.add(event.step)
        return everyEvent ? [row.text('waiting', event.service, `for ${printableSentence(event.waitingFor)}`)] : []
      case 'survivor-ended':
        return [style.yellow(row.text('ended', event.service, survivorWords(event)))]
      case 'step-recovered': {
        const found = event.verdict === 'done' ? 'was done' : 'is carried out again'
        const words = `its ${event.operator} ${found}: ${printableSentence(event.because)}`
        return [style.yellow(row.text('resumed', event.service, words))]
      }
      case 'step-retrying':
        return [style.yellow(row.text('retrying', event.service, event.operator.padEnd(7), retryWords(event)))]
      case 'step-ended': {
        const { service, operator, outcome } = event
        const tallied = rollback === undefined ? steps : takenBack
        tallied.push({ service, operator, outcome })
        outcomes.set(event.step, outcome)
        const wasAwaited = awaited.has(event.step) && operator !== 'stop' && operator !== 'delete'
        const ended = endWords(outcome, wasAwaited)
        const line = row.text(STATUS[outcome.status], service, operator.padEnd(7), ended)
        const painted = paintOutcome(line, outcome, style)
        return outcome.status === 'failed'
          ? [painted, ...failureBlock({ service, operator, failure: outcome.failure }, style, display)]
          : [painted]
      }
      case 'interrupted':
        return [style.yellow(interruptionLine(event))]
      case 'time-up':
        timeUp = event
        return [style.yellow(timeUpLine(event))]
      case 'rollback-started':
        rollback = event
        return [
          style.bold(rollbackHeadline(event.steps.filter(({ cause }) => cause.trigger.kind === 'rolled-back').length)),
        ]
      case 'run-ended':
        return [
          summaryLine(
            { verb: event.verb, steps, left, takenBack },
            event.run === null ? null : event.durationMs,
            style,
          ),
          ...(timeUp === undefined ? [] : timeUpSummary(timeUp)),
          // A rollback says of each what it leaves.
          ...(plan === undefined || rollback !== undefined
            ? []
            : [...leftDown(plan, outcomes), ...notRefreshed(plan, outcomes)]),
          ...(rollback === undefined ? [] : notRolledBack(takenBack, rollback.kept, style)),
        ]
      default:
        return unreachable(event)
    }
  }
}

const STATUS = { done: 'done', failed: 'FAILED', blocked: 'blocked', cancelled: 'cancelled' } as const

/** Aligned with the widest name of the plan. */
function createRow() {
  let nameWidth = 0
  return {
    measure(plan: Plan): void {
      nameWidth = widest([...plan.steps, ...plan.left].map(({ service }) => printable(service)))
    },
    text: (status: string, service: string, ...rest: readonly string[]): string =>
      `  ${[status.padEnd('cancelled'.length), padToWidth(printable(service), nameWidth), ...rest].join('  ')}`.trimEnd(),
  }
}

const DOING = {
  start: 'Starting',
  stop: 'Stopping',
  restart: 'Restarting',
  delete: 'Deleting',
  refresh: 'Refreshing',
  apply: 'Changing',
} as const

function headline({ run, verb, plan, cluster, resumed }: RunEvent & { readonly type: 'run-started' }): string {
  const isTold = (step: Step): boolean => step.cause.trigger.kind === 'followed'
  const told = new Set(plan.steps.filter(isTold).map((step) => step.service)).size
  const services = new Set(plan.steps.filter((step) => !isTold(step)).map((step) => step.service)).size
  const where = ` (cluster ${printable(cluster.id)}, ${printable(cluster.type)})`
  if (resumed !== undefined) {
    const over = `${resumed.done} of ${counted(plan.steps.length, 'step')} done before`
    return `Going on with run ${run} (${verb}), ${over}${where}`
  }
  const doing = services === 0 ? [] : [`${DOING[verb]} ${counted(services, 'service')}`]
  const telling = told === 0 ? [] : [`${services === 0 ? 'Refreshing' : 'refreshing'} ${counted(told, 'follower')}`]
  return `${[...doing, ...telling].join(', ') || `Nothing to ${verb}`}${where}`
}

/** Why a service is left alone, with the command that would change it where there is one. */
export function leftLine({ service, reason }: Left, now: number): string {
  const words = leftWords(reason)
  switch (reason.kind) {
    case 'running':
    case 'completed': {
      const then = Date.parse(reason.since ?? '')
      return Number.isNaN(then) ? words : `${reason.kind} for ${formatDuration(now - then)}`
    }
    case 'up-to-date': {
      const then = Date.parse(reason.since ?? '')
      return Number.isNaN(then) ? words : `${words}; ${reason.state} for ${formatDuration(now - then)}`
    }
    case 'held':
      return `${words}; paictl service start ${printable(service)}`
    case 'delete-interrupted':
      return `${words}; paictl service delete ${printable(service)}`
    case 'orphan':
      return reason.neededBy.length === 0 ? `${words}; paictl apply --prune` : words
    case 'running-older-configuration':
      return `${words}: paictl service refresh ${printable(service)}`
    case 'running-unconfirmed': {
      const command = reason.operator === 'refresh' ? 'refresh' : 'restart'
      return `${words}: paictl service ${command} ${printable(service)}`
    }
    case 'stop-interrupted':
      return `${words}; paictl service stop ${printable(service)}`
    case 'not-running':
      return `${words}; paictl service start ${printable(service)}`
    case 'unchanged':
    case 'nothing-to-stop':
    case 'never-started':
    case 'skipped':
    case 'prerequisite-left':
    case 'busy':
      return words
    default:
      return unreachable(reason)
  }
}

function endWords(outcome: Outcome, ready: boolean): string {
  switch (outcome.status) {
    case 'done': {
      const words = outcome.warning === null ? (ready ? 'ready' : '') : warningWords(outcome.warning)
      return `${tookWords(outcome.durationMs)}${[words, attemptsWords(outcome.attempts)].filter(Boolean).join(' ')}`
    }
    case 'failed':
      return `${tookWords(outcome.durationMs)}${[attemptsWords(outcome.attempts), reasonWords(outcome.failure.reason)].filter(Boolean).join(': ')}`
    case 'blocked':
      return `by ${outcome.by.map(printable).join(', ')}`
    case 'cancelled':
      if (!outcome.begun) return 'not begun'
      return `${tookWords(outcome.durationMs)}${ready ? 'no longer awaited; what it has started stays' : 'ended before it was done'}`
    default:
      return unreachable(outcome)
  }
}

/** What was ended, and that nobody knows how far it had come. */
function survivorWords({ role, pid, startedBy, because }: RunEvent & { readonly type: 'survivor-ended' }): string {
  const why = because === 'asked' ? 'as was asked for' : 'since its time was up'
  return `its ${role} script of run ${startedBy} (process ${pid}) was ended, ${why}: what it has done is not known`
}

const attemptsWords = (attempts = 1): string => (attempts === 1 ? '' : `after ${attempts} attempts`)

const retryWords = ({ attempt, of, delayMs, reason }: RunEvent & { readonly type: 'step-retrying' }): string =>
  `attempt ${attempt} of ${of} in ${formatDuration(delayMs)}: ${reasonWords(reason)}`

const tookWords = (durationMs: number): string => `${formatDuration(durationMs).padEnd(6)}  `

function paintOutcome(line: string, outcome: Outcome, style: Style): string {
  switch (outcome.status) {
    case 'done':
      return outcome.warning === null ? line : style.yellow(line)
    case 'failed':
      return style.red(line)
    case 'blocked':
    case 'cancelled':
      return style.yellow(line)
    default:
      return unreachable(outcome)
  }
}
