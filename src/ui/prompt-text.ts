import { unreachable } from '../model/result.ts'
import { printable } from './printable.ts'
import { PLAIN_STYLE, type Style } from './style.ts'
import { andList } from './wording/lists.ts'

/** What a person is asked before something that cannot be undone, or that changes what runs. */
export type Confirmation =
  /** `files`: absolute, those that declare some of them and are removed with them. */
  | { readonly kind: 'delete'; readonly services: readonly string[]; readonly files?: readonly string[] }
  /** For `--all` and for what is protected: the cluster-id is to be typed. */
  | {
      readonly kind: 'delete-typed'
      readonly services: readonly string[]
      readonly files?: readonly string[]
      readonly cluster: string
    }
  /** Services that an update has to stop and start again. */
  | { readonly kind: 'interrupt'; readonly services: readonly string[] }
  | { readonly kind: 'apply'; readonly steps: number; readonly cluster: string }
  /** `alive`: how many of the owners still run. */
  | { readonly kind: 'unlock'; readonly owners: number; readonly alive: number }

/** The question, with a space at its end for the answer. */
export function confirmationText(confirmation: Confirmation, style: Style = PLAIN_STYLE): string {
  switch (confirmation.kind) {
    case 'delete':
      return `Delete ${style.bold(named(confirmation.services))}${whatElse(confirmation)}? [y/N] `
    case 'delete-typed': {
      const { services, cluster } = confirmation
      const what = services.length === 1 ? named(services) : `${services.length} services`
      return (
        `This deletes ${style.bold(what)} and ${theirs(services)} data. ` +
        `Type the cluster-id (${printable(cluster)}) to go on: `
      )
    }
    case 'interrupt': {
      const { services } = confirmation
      const why = services.length === 1 ? 'it has no refresh-script' : 'they have no refresh-script'
      return `Stop and start ${style.bold(named(services))} (${why})? [y/N] `
    }
    case 'apply': {
      const { steps, cluster } = confirmation
      return `Take ${steps === 1 ? 'this step' : `these ${steps} steps`} on cluster ${printable(cluster)}? [y/N] `
    }
    case 'unlock': {
      const { owners, alive } = confirmation
      const who = owners === 1 ? 'It is' : `${alive} of them ${alive === 1 ? 'is' : 'are'}`
      const risk = 'what comes next may act on the same services at the same time'
      const still = alive === 0 ? '' : `${who} still at work: ${risk}. `
      return `${still}Take away what ${owners === 1 ? 'it holds' : 'they hold'}? [y/N] `
    }
    default:
      return unreachable(confirmation)
  }
}

/** Whether what was typed agrees: y or yes; where the cluster-id is asked for, exactly that. */
export function isConfirmed(confirmation: Confirmation, typed: string): boolean {
  const answer = typed.trim()
  return confirmation.kind === 'delete-typed' ? answer === confirmation.cluster : /^y(es)?$/i.test(answer)
}

function whatElse({ services, files = [] }: Confirmation & { readonly kind: 'delete' }): string {
  const whose = theirs(services)
  if (files.length === 0) return ` and ${whose} data`
  return `, ${whose} data and ${whose} ${files.length === 1 ? 'file' : 'files'}`
}

const named = (services: readonly string[]): string => andList(services.map(printable))

const theirs = (services: readonly string[]): string => (services.length === 1 ? 'its' : 'their')
