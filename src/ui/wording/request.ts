import type { Diagnostic } from '../../model/diagnostic.ts'
import { unreachable } from '../../model/result.ts'
import { andList, quoted, shortList } from './lists.ts'
import { type DisplayPath, shownPath, suggestion, type Wording, words } from './wording.ts'

type RequestDiagnostic = Extract<
  Diagnostic,
  {
    code:
      | 'no-project'
      | 'no-names'
      | 'unknown-service'
      | 'no-match'
      | 'bad-option'
      | 'unknown-option'
      | 'unknown-command'
      | 'option-conflict'
      | 'unknown-code'
      | 'file-exists'
      | 'unknown-template'
      | 'bad-plan'
      | 'plan-newer'
  }
>

/** Words for a command line that cannot be carried out as it is. */
export function wordRequest(diagnostic: RequestDiagnostic, display: DisplayPath): Wording {
  switch (diagnostic.code) {
    case 'no-project': {
      const { searched } = diagnostic.data
      const first = searched[0]
      return words(
        `there is no project ${first === undefined ? 'here' : `in ${quoted(first)}`}` +
          `${searched.length > 1 ? ' or above it' : ''}: neither paictl.yaml nor components/ was found`,
        'name a project with "-C DIR", or make one with "paictl init"',
      )
    }
    case 'no-names': {
      const command = `paictl ${diagnostic.data.command.replace(/^paictl /, '')}`
      return words(`"${command}" needs to know which services`, `name some, or type "${command} --all" for all of them`)
    }
    case 'unknown-service': {
      const { name, nearest, excludedFrom } = diagnostic.data
      return excludedFrom === undefined
        ? words(
            `there is no service "${name}"`,
            suggestion(nearest, 'see "paictl service list" for the services that there are'),
          )
        : words(
            `service "${name}" does not exist on cluster type "${excludedFrom}"`,
            `add "${excludedFrom}" to its cluster-type, if it can run there`,
          )
    }
    case 'no-match':
      return words(
        `no service matches "${diagnostic.data.selector}"`,
        suggestion(diagnostic.data.nearest, 'see "paictl service list" for the names, tags and states that there are'),
      )
    case 'bad-option':
      return words(
        diagnostic.data.message,
        suggestion(diagnostic.data.nearest ?? null, seeHelp(diagnostic.data.command)),
      )
    case 'unknown-option': {
      const { option, nearest, command } = diagnostic.data
      return words(`there is no option "${option}"`, suggestion(nearest, seeHelp(command)))
    }
    case 'unknown-command': {
      const { command, nearest, known } = diagnostic.data
      return words(`there is no command "${command}"`, suggestion(nearest, `commands: ${shortList([...known].sort())}`))
    }
    case 'option-conflict': {
      const { options, reason } = diagnostic.data
      return words(`${andList(options.map(quoted))} do not go together: ${reason}`, 'leave one of them out')
    }
    case 'unknown-code': {
      const { code, nearest } = diagnostic.data
      return words(`there is no code "${code}"`, suggestion(nearest, 'see "paictl explain" for all of them'))
    }
    case 'file-exists':
      return words(
        `"${shownPath(diagnostic.data.path, display)}" exists`,
        'nothing was overwritten: choose another name, or move it away first',
      )
    case 'unknown-template': {
      const { template, nearest, known } = diagnostic.data
      const templates = known.length === 0 ? undefined : `templates: ${shortList([...known].sort())}`
      return words(`there is no template "${template}"`, suggestion(nearest, templates))
    }
    case 'bad-plan':
      return words(`this is no plan: ${diagnostic.data.message}`, 'make it again with "paictl plan --output json"')
    case 'plan-newer': {
      const { found, supported } = diagnostic.data
      return words(
        `the plan was made by a newer paictl: format ${found}, where this one knows ${supported}`,
        'use that version or a later one, or make the plan again with this one',
      )
    }
    default:
      return unreachable(diagnostic)
  }
}

const seeHelp = (command = 'paictl'): string => `see "${command} --help"`
