import type { FailureReason } from '../../model/outcome.ts'
import type { Operator } from '../../model/service.ts'
import type { ScriptEnd } from '../ports.ts'

/** Why a script did not do its work; `undefined` when it did, or was cancelled. */
export function failureOf(end: ScriptEnd): FailureReason | undefined {
  switch (end.kind) {
    case 'exited':
      return end.exitCode === 0 ? undefined : { kind: 'exit', exitCode: end.exitCode }
    case 'signalled':
      return { kind: 'signal', signal: end.signal }
    case 'timed-out':
      return { kind: 'timeout', afterMs: end.afterMs }
    case 'not-run':
      return { kind: 'system', message: end.message }
    case 'cancelled':
      return undefined
  }
}

/** A failure in one line, as it is recorded. */
export function problemLine(operator: Operator, reason: FailureReason): string {
  switch (reason.kind) {
    case 'exit':
      return `its ${operator} script exited with code ${reason.exitCode}`
    case 'signal':
      return `its ${operator} script was ended by ${reason.signal}`
    case 'timeout':
      return `its ${operator} script was not done in time`
    case 'not-ready':
      return `it did not become ready: ${reason.lastAnswer}`
    case 'died':
      return `it died while its readiness was awaited: ${reason.answer}`
    case 'still-running':
      return `it still runs after its ${operator}: ${reason.answer}`
    case 'no-stop-script':
      return `it has no stop-script and still runs: ${reason.answer}`
    case 'not-known-down':
      return `nothing says that it does not run: ${reason.answer}`
    case 'system':
      return reason.message
  }
}
