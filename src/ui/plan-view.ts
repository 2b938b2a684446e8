import { formatDuration } from '../model/duration.ts'
import type { Left, Plan, Step, Trigger } from '../model/plan.ts'
import type { PlanReport, StepOutlook } from '../model/plan-report.ts'
import { differenceLines } from './difference-text.ts'
import { stepNotes } from './plan-text.ts'
import { printable } from './printable.ts'
import { leftLine } from './run-report.ts'
import { tallied } from './run-summary.ts'
import type { Style } from './style.ts'
import { widest } from './table-layout.ts'
import { padToWidth } from './text-width.ts'
import { formatTime } from './timestamp.ts'
import { isSaidByTrigger, leftWords, selectedWords, triggerWords } from './wording/cause.ts'
import { changeWords } from './wording/change.ts'
import { andList, counted, shortList } from './wording/lists.ts'
import type { DisplayPath } from './wording/wording.ts'
import { hangingLines } from './wrapped-text.ts'

export interface PlanViewOptions {
  readonly style: Style
  /** Milliseconds since the epoch. */
  readonly now: number
  /** Cells in a line; `Infinity` where nothing limits it. */
  readonly columns: number
  readonly display: DisplayPath
}

/**
 * A plan for people: of each step why, what it was like last time, and whom it touches; below it what has changed. What is up
 * to date is counted, unless it was asked for by name.
 */
export async function planView(report: PlanReport, options: PlanViewOptions): Promise<string> {
  const { plan, selection } = report
  const { style, now, columns } = options
  const named = (left: Left): boolean =>
    left.reason.kind !== 'up-to-date' || (!selection.all && left.selected.by === 'request')
  const left = plan.left.filter(named).sort((a, b) => (a.service < b.service ? -1 : 1))
  const width = widest([...plan.steps, ...left].map(({ service }) => printable(service)))
  const indent = OPERATOR_WIDTH + width + 6
  const row = (verb: string, service: string, text: string): string =>
    [
      `  ${verb.padEnd(OPERATOR_WIDTH)}  ${padToWidth(printable(service), width)}`,
      hangingLines(text, columns, indent).join('\n'),
    ]
      .join('  ')
      .trimEnd()
  const byId = new Map(plan.steps.map((step) => [step.id, step]))
  const lines = plan.steps.flatMap((step) => {
    const { trigger } = step.cause
    const notes = [causeOf(step), ...stepNotes(step, byId), ...outlookWords(report.outlook[step.id])]
    const isFirst = step.operator !== 'start' || !byId.has(`stop:${step.service}`)
    return [
      row(step.operator, step.service, notes.join('; ')),
      ...(isFirst ? changeLines(trigger, options, indent) : []),
    ]
  })
  const rest = left.map((one) => style.dim(row('left', one.service, leftText(one, now))))
  const differences = await differenceLines(report.differences ?? [], style)
  return [
    ...lines,
    ...rest,
    ...differences,
    ...closing(plan, lines.length + rest.length + differences.length, style),
  ].join('\n')
}

const OPERATOR_WIDTH = 'refresh'.length

/** In a plan each change has a line of its own: the cause says only of what kind they are. */
function causeOf({ cause }: Step): string {
  const { trigger, selected } = cause
  const words = trigger.kind === 'changed' ? changedWords(trigger) : triggerWords(withoutChanges(trigger))
  const why = isSaidByTrigger(cause) ? '' : selectedWords(selected)
  return why === '' ? words : `${words}; ${why}`
}

const withoutChanges = (trigger: Trigger): Trigger =>
  trigger.kind === 'prerequisite-restarted' || trigger.kind === 'followed' ? { ...trigger, changes: [] } : trigger

function changedWords({ changes }: Trigger & { readonly kind: 'changed' }): string {
  const kinds = new Set(changes.map(({ kind }) => kind))
  const what = [
    ...(kinds.has('value') ? ['configuration'] : []),
    ...(kinds.has('description') ? ['service.yaml'] : []),
    ...(kinds.has('file') ? ['files'] : []),
    ...(kinds.has('input') ? ['inputs'] : []),
  ]
  return what.length === 0 ? 'changed' : `${andList(what)} changed`
}

/** What is otherwise, line by line; so many that they say something. */
function changeLines(trigger: Trigger, { display, style }: PlanViewOptions, indent: number): string[] {
  if (!('changes' in trigger)) return []
  const shown = trigger.changes.slice(0, MOST_CHANGES).map((change) => changeWords(change, display))
  const more = trigger.changes.length - shown.length
  const lines = more > 0 ? [...shown, `and ${more} more; "--output json" lists all`] : shown
  return lines.map((line) => style.yellow(`${' '.repeat(indent)}${line}`))
}

const MOST_CHANGES = 20

function outlookWords(outlook: StepOutlook | undefined): string[] {
  if (outlook === undefined) return []
  const { lastMs, dependents } = outlook
  const [on, also] = [dependents.filter((one) => one.runsOn), dependents.filter((one) => !one.runsOn)]
  const words = lastMs === null ? [] : [`took ${formatDuration(lastMs)} last time`]
  if (on.length > 0) words.push(`${names(on)} ${on.length === 1 ? 'needs it and runs' : 'need it and run'} on`)
  if (also.length > 0)
    words.push(
      `${names(also)} ${also.length === 1 ? 'needs it, with steps of its own' : 'need it, with steps of their own'}`,
    )
  return words
}

const names = (dependents: StepOutlook['dependents']): string =>
  shortList(dependents.map(({ name }) => printable(name)))

function leftText(left: Left, now: number): string {
  const because = selectedWords(left.selected)
  const words = left.reason.kind === 'up-to-date' ? upToDateWords(left, now) : leftLine(left, now)
  return because === '' ? words : `${words}; ${because}`
}

function upToDateWords({ reason }: Left, now: number): string {
  if (reason.kind !== 'up-to-date' || reason.since === null) return leftWords(reason)
  return `${leftWords(reason)}: ${reason.state} since ${formatTime(reason.since, now)}`
}

/** `1 to refresh, 2 to start, 5 up to date, 1 orphan, 1 held`. */
function closing({ steps, left }: Plan, before: number, style: Style): string[] {
  const services = new Map<string, string>()
  for (const { service, operator } of steps) services.set(service, services.has(service) ? 'restart' : operator)
  const todo = tallied([...services.values()].map((operator) => `to ${operator}`))
  const upToDate = left.filter(({ reason }) => reason.kind === 'up-to-date').length
  const orphans = left.filter(({ reason }) => reason.kind === 'orphan').length
  const held = left.filter(({ reason }) => reason.kind === 'held').length
  const others = left.length - upToDate - orphans - held
  const done = [
    ...(upToDate === 0 ? [] : [`${upToDate} up to date`]),
    ...(orphans === 0 ? [] : [counted(orphans, 'orphan')]),
    ...(held === 0 ? [] : [`${held} held`]),
    ...(others === 0 ? [] : [`${others} left alone`]),
  ]
  const counts = [...todo, ...done].join(', ')
  const text = steps.length > 0 ? counts : ['Nothing to do', ...(counts === '' ? [] : [counts])].join(': ')
  return [...(before === 0 ? [] : ['']), style.bold(text)]
}
