import type { Change } from '../../model/change.ts'
import type { Cause, Followed, Leaving, LeftReason, Selected, Trigger } from '../../model/plan.ts'
import { unreachable } from '../../model/result.ts'
import { printable, printableSentence } from '../printable.ts'
import { changeWords } from './change.ts'
import { andList, shortList } from './lists.ts'

/** Why a step is taken: `never started; needed by ingress`. */
export function causeWords(cause: Cause): string {
  const selected = isSaidByTrigger(cause) ? '' : selectedWords(cause.selected)
  return selected === '' ? triggerWords(cause.trigger) : `${triggerWords(cause.trigger)}; ${selected}`
}

/** Whether what made a service part of the request is the trigger itself: whom it needs, or follows. */
export const isSaidByTrigger = ({ trigger, selected }: Cause): boolean =>
  selected.by === 'dependent' && (trigger.kind === 'prerequisite-restarted' || trigger.kind === 'followed')

/** Why a selected service needs no step. */
export function leftWords(reason: LeftReason): string {
  switch (reason.kind) {
    case 'running':
      return 'already running'
    case 'running-older-configuration':
      return 'runs with another configuration'
    case 'running-unconfirmed':
      return `runs, but its last ${reason.operator} was not done to the end`
    case 'completed':
      return 'already completed'
    case 'up-to-date':
      return 'up to date'
    case 'held':
      return 'held: stopped by hand'
    case 'delete-interrupted':
      return 'its delete was interrupted'
    case 'stop-interrupted':
      return 'its stop was interrupted'
    case 'busy':
      return `another command is at it now: ${reason.state}`
    case 'prerequisite-left':
      return `needs ${printable(reason.service)}, ${LEAVING_WORDS[reason.because]}`
    case 'orphan':
      return reason.neededBy.length === 0
        ? 'orphan: no longer in the project'
        : `orphan: no longer in the project, and still needed by ${andList(reason.neededBy.map(printable))}`
    case 'unchanged':
      return 'unchanged'
    case 'not-running':
      return `not running: ${reason.state}`
    case 'nothing-to-stop':
      return `nothing to stop: ${reason.state}`
    case 'never-started':
      return 'never started'
    case 'skipped':
      return 'skipped'
    default:
      return unreachable(reason)
  }
}

const LEAVING_WORDS: Readonly<Record<Leaving, string>> = {
  held: 'which is held',
  'delete-interrupted': 'whose delete was interrupted',
  'stop-interrupted': 'whose stop was interrupted',
}

/** Empty for what was asked for by name, which needs no explanation. */
export function selectedWords(selected: Selected): string {
  switch (selected.by) {
    case 'request':
      return ''
    case 'prerequisite':
      return `needed by ${selected.of}`
    case 'dependent':
      return `needs ${selected.of}`
    default:
      return unreachable(selected)
  }
}

export function triggerWords(trigger: Trigger): string {
  switch (trigger.kind) {
    case 'never-started':
      return 'never started'
    case 'not-running':
      return withDetail('not running', trigger.detail)
    case 'interrupted':
      return printableSentence(trigger.detail)
    case 'no-probe':
      return 'nothing to ask whether it runs'
    case 'job-not-completed':
      return withDetail('not completed', trigger.detail)
    case 'changed':
      return changedWords('changed', trigger.changes)
    case 'prerequisite-restarted': {
      const words = `${printable(trigger.service)}, which it needs, is restarted`
      return trigger.changes.length === 0 ? words : `${words}; ${changedWords('changed', trigger.changes)}`
    }
    case 'orphan':
      return 'orphan: no longer in the project'
    case 'again':
      return 'to be done again'
    case 'prerequisite-data-deleted':
      return `data of ${trigger.service} was deleted`
    case 'adopted':
      return withDetail('answers already', trigger.answer)
    case 'asked':
      return 'asked for'
    case 'no-refresh-script':
      return 'has no refresh-script'
    case 'rolled-back':
      return 'the run that started it is taken back'
    case 'followed': {
      const words = followedWords(trigger)
      return trigger.changes.length === 0 ? words : `${words}; ${changedWords('changed', trigger.changes)}`
    }
    default:
      return unreachable(trigger)
  }
}

/** Who has come, who has gone, and who is not as before: `followed deployments changed: + iris-2, - iris, iris-3`. */
function followedWords({ added, removed, changed }: Followed): string {
  const names = [...added.map((name) => `+ ${name}`), ...removed.map((name) => `- ${name}`), ...changed]
  return names.length === 0
    ? 'followed deployments changed'
    : `followed deployments changed: ${shortList(names.map(printable), MOST_NAMED)}`
}

/** So many changes are named in one line. */
const MOST_NAMED = 5

const changedWords = (text: string, changes: readonly Change[]): string =>
  changes.length === 0
    ? text
    : `${text}: ${shortList(
        changes.map((change) => changeWords(change)),
        MOST_NAMED,
      )}`

function withDetail(text: string, detail: string): string {
  const shown = printableSentence(detail)
  return shown === '' ? text : `${text} (${shown})`
}
