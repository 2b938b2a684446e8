import type { Cause, LeftReason, Selected, Trigger } from '../../model/plan.ts'
import { unreachable } from '../../model/result.ts'
import { printableSentence } from '../printable.ts'

/** Why a step is taken: `never started; needed by ingress`. */
export function causeWords(cause: Cause): string {
  const selected = selectedWords(cause.selected)
  return selected === '' ? triggerWords(cause.trigger) : `${triggerWords(cause.trigger)}; ${selected}`
}

/** Why a selected service needs no step. */
export function leftWords(reason: LeftReason): string {
  switch (reason.kind) {
    case 'running':
      return 'already running'
    case 'running-older-configuration':
      return 'runs with another configuration'
    case 'completed':
      return 'already completed'
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

function triggerWords(trigger: Trigger): string {
  switch (trigger.kind) {
    case 'never-started':
      return 'never started'
    case 'not-running':
      return withDetail('not running', trigger.detail)
    case 'no-probe':
      return 'nothing to ask whether it runs'
    case 'job-not-completed':
      return withDetail('not completed', trigger.detail)
    case 'changed':
      return 'changed'
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
    default:
      return unreachable(trigger)
  }
}

function withDetail(text: string, detail: string): string {
  const shown = printableSentence(detail)
  return shown === '' ? text : `${text} (${shown})`
}
