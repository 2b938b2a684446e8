import type { CheckName, Finding, Remain, SeenProcess, SkipReason } from '../../model/component-test.ts'
import type { FailureReason } from '../../model/outcome.ts'
import { unreachable } from '../../model/result.ts'
import { printable, printableSentence } from '../printable.ts'
import { wordDiagnostic } from '../wording.ts'
import { awaitedWords, limitWords, reasonWords } from './failure.ts'
import { counted } from './lists.ts'
import type { DisplayPath } from './wording.ts'

/** What a component that passes a check does. */
export const EXPECTED: Readonly<Record<CheckName, string>> = {
  prerequisites: 'all that it needs is ready',
  'status-before-start': 'before it was ever started, it is not said to run',
  start: 'it starts, and becomes ready',
  'status-after-start': 'once it is started, it is said to run; of a job, that its result is there',
  'start-again': 'a second start leaves it alone, and its start-script, run once more, leaves it as it is',
  refresh: 'it runs on after its refresh-script',
  restart: 'it is stopped, and starts with the data that it has by then',
  'status-after-kill': 'when its processes are killed, it is no longer said to run',
  'start-after-kill': 'it starts again, whatever its killed processes have left behind',
  stop: 'it is stopped',
  'status-after-stop': 'once it is stopped, it is no longer said to run',
  'stop-again': 'a second stop leaves it alone, and its stop-script, run once more, ends well',
  'data-after-stop': 'what it keeps in PAICTL_DATA_DIR is there after a stop',
  delete: 'it is deleted once it is stopped',
  'status-after-delete': 'once it is deleted, it is not said to run',
  'data-after-delete': 'nothing is left in PAICTL_DATA_DIR, and nothing comes back to it',
  'start-after-delete': 'it starts as if for the first time',
  'delete-running': 'it is deleted while it runs',
  processes: 'once it is stopped or deleted, none of its processes is left',
  ports: 'once it is deleted, nobody listens on its ports',
  files: 'outside of PAICTL_DATA_DIR and PAICTL_RUN_DIR, all is as it was before',
}

/** Why a check failed, for its author. */
export interface FindingWords {
  /** In one line. */
  readonly summary: string
  /** What was found, each in one line. */
  readonly found: readonly string[]
  /** What the author should do. */
  readonly advice: string
}

/** Words for why a check failed. */
export function findingWords(check: CheckName, finding: Finding, display: DisplayPath): FindingWords {
  switch (finding.kind) {
    case 'step': {
      const { service, operator, failure, anyway } = finding
      const { reason } = failure
      const run = anyway ? `the ${operator}-script of ${printable(service)}, run again` : printable(service)
      const limit = limitWords(reason, operator)
      const awaited = awaitedWords(reason, operator)
      return {
        summary: `${operator} of ${run} failed: ${reasonWords(reason)}`,
        found: [...(awaited === undefined ? [] : [`waited for ${awaited}`]), ...(limit ? [`limit: ${limit}`] : [])],
        advice: anyway
          ? ANYWAY[operator]
          : (REASON[reason.kind] ?? STEP[check] ?? 'see what its script says in the log'),
      }
    }
    case 'refused': {
      const worded = finding.problems.map((problem) => wordDiagnostic(problem, display))
      return {
        summary: `it was refused: ${worded[0]?.title ?? 'nothing was run'}`,
        found: worded.slice(1).map(({ title }) => title),
        advice: worded[0]?.help ?? 'see what is said of it',
      }
    }
    case 'status':
      return statusWords(check, finding)
    case 'nothing-runs':
      return {
        summary: 'it counts as started, and none of its processes is there',
        found: ['no process, where there was one before'],
        advice:
          'have the start-script look for the process itself: a pid file, or what else is left of it, does not say that it runs',
      }
    case 'second-copy':
      return {
        summary: `it runs ${counted(finding.processes.length, 'time')} now, where it ran ${counted(finding.before, 'time')}`,
        found: finding.processes.map(processWords),
        advice: 'have the start-script leave alone what runs already: paictl may run it again at any time',
      }
    case 'not-left-alone':
      return {
        summary: 'the completed job was run once more without having been asked for',
        found: ['a step for it in the plan of the second start'],
        advice:
          'see to it that its status-script exits with 0 while its result is there, and that it is the same each time',
      }
    case 'processes':
      return {
        summary: `${counted(finding.processes.length, 'process', 'processes')} left after its ${finding.after}`,
        found: finding.processes.map(processWords),
        advice: `have its ${finding.after}-script end them, and wait until they are gone: process groups, children and helpers included`,
      }
    case 'ports':
      return {
        summary: `${finding.ports.map(({ port }) => port).join(', ')}: somebody still listens there`,
        found: finding.ports.map(({ port, holder }) =>
          holder === null ? `port ${port}, by somebody` : `port ${port}, by ${processWords(holder)}`,
        ),
        advice:
          'end this process too; it has left the session, the directory and the environment that it was started in, so that nothing but its port tells whose it is',
      }
    case 'files':
      return {
        summary: `${counted(finding.count, 'file')} left or changed outside of its directories`,
        found: [
          ...finding.files.map(({ place, path, change }) => `${change}: ${PLACES[place]}${printable(path)}`),
          ...more(finding),
        ],
        advice:
          'keep what is to last in PAICTL_DATA_DIR and all else in PAICTL_RUN_DIR, or remove it in the delete-script; what tools keep in their caches can mostly be told where to',
      }
    case 'data-lost':
      return {
        summary: `${counted(finding.count, 'file')} of its data gone after its stop`,
        found: [...finding.files.map((path) => `gone: ${printable(path)}`), ...more(finding)],
        advice:
          'leave PAICTL_DATA_DIR as it is in the stop-script; what is only needed while it runs belongs in PAICTL_RUN_DIR',
      }
    case 'data-left':
      return {
        summary: `${counted(finding.count, 'entry', 'entries')} in its data directory after its delete`,
        found: [...finding.files.map((path) => `there: ${printable(path)}`), ...more(finding)],
        advice:
          'see who writes there when it is deleted: a process that was left, or a status-script, which is to look and to write nothing',
      }
    default:
      return unreachable(finding)
  }
}

const PLACES = { project: '', home: '$HOME/', tmp: '$TMPDIR/' } as const

const ANYWAY = {
  start: 'have the start-script end well where there is nothing left for it to do: paictl may run it again at any time',
  stop: 'have the stop-script end well where nothing runs: it is also run before a failed start is tried again',
  refresh: 'have the refresh-script end well where there is nothing new',
  delete: 'have the delete-script end well where nothing is left',
} as const

const REASON: Readonly<Partial<Record<FailureReason['kind'], string>>> = {
  died: 'see why it ended; a status-script that exits with 1 or 3 while it comes up says that it has',
  'still-running': 'have its script wait until all is ended, and its probe answer for this service alone',
  'no-stop-script': 'name a script that ends what the start-script began: stop-script: stop.sh',
}

const STEP: Readonly<Partial<Record<CheckName, string>>> = {
  prerequisites: 'test what it needs first: paictl component test NAME',
  restart:
    'have the start-script begin with the data that an earlier run has left (mkdir -p, not mkdir), and the stop-script end when all is ended',
  'start-after-kill':
    'have the start-script take what a killed process has left (pid files, locks, sockets) for what it is',
  'start-after-delete': 'have the delete-script leave nothing that a first start would stumble over',
  'delete-running': 'have the delete-script stop it first: paictl runs no stop-script before',
}

function statusWords(check: CheckName, finding: Finding & { readonly kind: 'status' }): FindingWords {
  const { expected, found, detail, script } = finding
  const asked = script === null ? 'its readiness probe' : 'its status-script'
  const answer = printableSentence(detail)
  const isKilled = check === 'status-after-kill'
  return {
    summary:
      expected === 'up' ? `it was started, and is said to be ${found}` : `it does not run, and is said to be ${found}`,
    found: [`${asked} said: ${answer === '' ? 'nothing' : answer}`],
    advice:
      expected === 'up'
        ? `have ${asked} answer with success (exit code 0) while it can be used`
        : script === null
          ? 'probe what only this service answers, or add a status-script'
          : `exit with ${isKilled ? '1 (dead) or 3' : '3'} when its process is gone: ask the process itself, not a file that it may have left`,
  }
}

/** A process, as people look for it. */
export function processWords({ pid, command, ports }: SeenProcess): string {
  const open = ports.length === 0 ? '' : `, which listens on ${ports.join(', ')}`
  return `process ${pid} (${printable(command)})${open}`
}

const more = ({ files, count }: { readonly files: readonly unknown[]; readonly count: number }): string[] =>
  count > files.length ? [`and ${count - files.length} more`] : []

/** Why a check was not made, in a few words. */
export function skipWords(reason: SkipReason): string {
  switch (reason.kind) {
    case 'no-prerequisites':
      return 'it needs nothing'
    case 'no-probe':
      return 'it has no status-script and no readiness probe that could be asked'
    case 'job':
      return 'it is a job: nothing of it runs on, and its result stays when it is stopped'
    case 'no-script':
      return `it has no ${reason.role}-script`
    case 'no-processes':
      return 'it leaves no process on this machine'
    case 'no-ports':
      return 'no port that was free before is known to be its own'
    case 'no-data':
      return 'it keeps nothing in PAICTL_DATA_DIR'
    case 'not-linux':
      return 'processes and their ports can only be looked at on Linux'
    case 'because':
      return `${reason.check} has to pass first`
    default:
      return unreachable(reason)
  }
}

/** What could not be taken down, in one line. */
export function remainWords(remain: Remain): string {
  return remain.kind === 'process'
    ? `${processWords(remain.process)} could not be ended`
    : `${remain.operator} of ${printable(remain.service)} at the end failed: ${reasonWords(remain.reason)}`
}
