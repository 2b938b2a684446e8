import type { Diagnostic } from '../../model/diagnostic.ts'
import { unreachable } from '../../model/result.ts'
import { andList, counted, quoted, shortList } from './lists.ts'
import { type Wording, words } from './wording.ts'

type RunDiagnostic = Extract<Diagnostic, { code: 'run-interrupted' | 'unknown-run' | 'not-resumable' }>

/** Words for runs that were ended before they were done. */
export function wordRun(diagnostic: RunDiagnostic): Wording {
  switch (diagnostic.code) {
    case 'run-interrupted': {
      const { run, command, over, total, inFlight, files, isReplaced } = diagnostic.data
      const under = inFlight.map(({ service, operator, pid }) => {
        return `the ${operator} of "${service}"${pid === null ? '' : ` (its script still runs, process ${pid})`}`
      })
      const what = under.length === 0 ? '' : `, ${shortList(under, 5)} under way`
      const declared = files.length === 0 ? '' : `; still declared: ${shortList(files.map(quoted), 5)}`
      return words(
        `run ${run} ("${command}") was interrupted: ${over} of ${counted(total, 'step')} done${what}${declared}`,
        isReplaced
          ? 'once begun, this takes its place; scripts that still run are awaited first, or ended with "--end-survivors"'
          : `"paictl resume ${run}" goes on with it; a command for the same services takes its place`,
      )
    }
    case 'unknown-run': {
      const { run, nearest } = diagnostic.data
      return words(
        `there is no run ${quoted(run)}`,
        nearest === null ? '"paictl runs" lists them' : `did you mean ${quoted(nearest)}? "paictl runs" lists them`,
      )
    }
    case 'not-resumable':
      return notResumable(diagnostic.data)
    default:
      return unreachable(diagnostic)
  }
}

function notResumable({ run, why, services }: Extract<RunDiagnostic, { code: 'not-resumable' }>['data']): Wording {
  const names = shortList(services.map(quoted))
  switch (why) {
    case 'replaced':
      return words(
        `run ${run} cannot be gone on with: ${names} ${services.length === 1 ? 'was' : 'were'} acted on by a later run`,
        '"paictl service status" shows how things are; start or stop what is to be otherwise',
      )
    case 'changed':
      return words(
        `run ${run} cannot be gone on with: ${andList(services.map(quoted))} changed since its plan was made`,
        'run its command again for a plan of the project as it is, or bring the project back to what it was',
      )
    case 'running':
      return words(`run ${run} is still under way`, `"paictl runs ${run}" shows it; Ctrl-C where it runs ends it`)
    case 'over':
      return words(`run ${run} is over: nothing is left of it to go on with`, `"paictl runs ${run}" shows how it ended`)
    default:
      return unreachable(why)
  }
}
