import { formatDuration } from '../../model/duration.ts'
import type { Failure, FailureReason, StepWarning } from '../../model/outcome.ts'
import { unreachable } from '../../model/result.ts'
import type { Operator } from '../../model/service.ts'
import { printable, printableSentence } from '../printable.ts'
import { shortList } from './lists.ts'

/** Why a step failed, in a few words: `exited with code 1`. */
export function reasonWords(reason: FailureReason): string {
  switch (reason.kind) {
    case 'exit':
      return reason.exitCode === 127
        ? 'exited with code 127: a command that it calls was not found'
        : `exited with code ${reason.exitCode}`
    case 'signal':
      return `ended by ${reason.signal}`
    case 'timeout':
      return `still running after its timeout of ${formatDuration(reason.afterMs)}; it was ended`
    case 'not-ready':
      return `not ready after ${formatDuration(reason.afterMs)}`
    case 'died':
      return answered('died while its readiness was awaited', reason.answer)
    case 'still-running':
      return answered('its stop-script is done, but it still answers', reason.answer)
    case 'no-stop-script':
      return answered('has no stop-script and still answers', reason.answer)
    case 'not-known-down':
      return answered('its data was kept, since nothing says that it does not run', reason.answer)
    case 'system':
      return printableSentence(reason.message)
    default:
      return unreachable(reason)
  }
}

/** What was waited for in vain, and what came back last; `undefined` where nothing was awaited. */
export function awaitedWords(reason: FailureReason, operator: Operator): string | undefined {
  if (reason.kind === 'timeout') {
    const answer = printableSentence(reason.lastAnswer ?? '')
    const said = answer === '' ? '' : `; its probe then said: ${answer}`
    return `the end of its ${operator}-script for ${formatDuration(reason.afterMs)}${said}`
  }
  if (reason.kind !== 'not-ready') return undefined
  const probe = reason.probe === 'status-script' ? 'its status-script' : `its readiness probe (${reason.probe})`
  const answer = printableSentence(reason.lastAnswer)
  return `${probe} for ${formatDuration(reason.afterMs)}; last answer: ${answer === '' ? 'none' : answer}`
}

/** The key of service.yaml that sets how long was waited; `undefined` where nothing was out of time. */
export function limitWords(reason: FailureReason, operator: Operator): string | undefined {
  if (reason.kind === 'timeout') return `timeout.${operator} of its service.yaml`
  const isReadiness = reason.kind === 'not-ready' && reason.probe !== 'status-script'
  return isReadiness ? 'readiness.timeout of its service.yaml' : undefined
}

/** Why a failure was the last one, though more attempts were left. */
export const retriedOnWords = (codes: readonly number[]): string =>
  `not tried again: on-exit-codes of its service.yaml has ${codes.length === 0 ? 'none' : `only ${codes.join(', ')}`}`

/** What to type after a failed step, in the order in which it helps. */
export function nextCommands(step: { service: string; operator: Operator; failure: Failure }): string[] {
  const { operator, failure } = step
  const service = printable(step.service)
  const logs = failure.log === null ? [] : [`paictl service logs ${service}`]
  const { reason } = failure
  if (reason.kind === 'system' && reason.message.includes('too many open files')) {
    return ['ulimit -n 4096', `paictl service ${operator} ${service}`]
  }
  // Without a stop-script, the same command could only fail again.
  return reason.kind === 'no-stop-script' ? logs : [...logs, `paictl service ${operator} ${service}`]
}

/** What was done, but not as fully as its name says. */
export function warningWords(warning: StepWarning): string {
  switch (warning.kind) {
    case 'no-script':
      return `has no ${warning.operator}-script: nothing was run`
    case 'adopted':
      return 'taken over as it runs: nothing was run'
    case 'deployments-left-out':
      return `without ${shortList(warning.deployments.map(printable), 5)}, which did not come up`
    default:
      return unreachable(warning)
  }
}

function answered(text: string, answer: string): string {
  const shown = printableSentence(answer)
  return shown === '' ? text : `${text}: ${shown}`
}
