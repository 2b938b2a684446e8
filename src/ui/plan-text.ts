import type { Left, Plan, Step } from '../model/plan.ts'
import { printable } from './printable.ts'
import { padToWidth, widthOf } from './text-width.ts'
import { causeWords, leftWords, selectedWords } from './wording/cause.ts'

/**
 * A plan as text: one line a step with its operator, service, cause and what it waits for, then what is left alone and
 * why. What `--dry-run` prints, and what planner tests compare: it says all of the plan, and nothing else.
 */
export function printPlan(plan: Plan): string {
  const byId = new Map(plan.steps.map((step) => [step.id, step]))
  const rows = [...plan.steps.map((step) => stepRow(step, byId)), ...byName(plan.left).map(leftRow)]
  const first = widest(rows.map(([verb]) => verb))
  const second = widest(rows.map(([, service]) => service))
  const lines = rows.map(([verb, service, why]) => `${padToWidth(verb, first)}  ${padToWidth(service, second)}  ${why}`)
  if (plan.steps.length === 0) lines.unshift('Nothing to do.')
  return lines.join('\n')
}

type Row = readonly [verb: string, service: string, why: string]

function stepRow(step: Step, byId: ReadonlyMap<string, Step>): Row {
  return [step.operator, printable(step.service), [causeWords(step.cause), ...stepNotes(step, byId)].join('; ')]
}

/** What else there is to say of a step: whose scripts it runs, and what it comes after. */
export function stepNotes(step: Step, byId: ReadonlyMap<string, Step>): string[] {
  const notes = []
  if (step.adopt) notes.push('taken over, not run')
  if (step.stopFirst) notes.push('its stop-script first')
  if (step.source !== USUAL_SOURCE[step.operator]) notes.push(SOURCE_WORDS[step.source])
  const before = [
    ...step.needs.map((id) => needWords(id, step, byId)),
    ...step.after.map((id) => `${needWords(id, step, byId)} (optional)`),
  ]
  if (before.length > 0) notes.push(`after ${before.join(', ')}`)
  return notes
}

/** A step that does the same needs its service's name only. */
function needWords(id: string, step: Step, byId: ReadonlyMap<string, Step>): string {
  const needed = byId.get(id)
  if (needed === undefined) return printable(id)
  const name = printable(needed.service)
  return needed.operator === step.operator ? name : `${needed.operator} of ${name}`
}

function leftRow({ service, reason, selected, failure }: Left): Row {
  const why = [leftWords(reason), selectedWords(selected)].filter((text) => text !== '').join('; ')
  return ['left', printable(service), failure ? `${why}; this fails the request` : why]
}

/** Where the scripts of an operator come from when nothing special was asked for. */
const USUAL_SOURCE = { start: 'tree', refresh: 'tree', stop: 'applied', delete: 'applied' } as const

const SOURCE_WORDS = {
  tree: "with the project's scripts",
  applied: 'with the scripts that it was started with',
} as const

const byName = (left: readonly Left[]): Left[] =>
  [...left].sort((a, b) => (a.service < b.service ? -1 : a.service > b.service ? 1 : 0))

const widest = (texts: readonly string[]): number => texts.reduce((width, text) => Math.max(width, widthOf(text)), 0)
