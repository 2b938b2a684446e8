import type { Diagnostic } from '../../model/diagnostic.ts'
import type { Move, PortHolder, WhyNotRefreshed } from '../../model/diagnostics/refusal.ts'
import type { CommandLineValue } from '../../model/record.ts'
import { unreachable } from '../../model/result.ts'
import { andList, counted, quoted, shortList } from './lists.ts'
import { type DisplayPath, shellWord, shownPath, type Wording, words } from './wording.ts'

type RefusalDiagnostic = Extract<
  Diagnostic,
  {
    code:
      | 'applied-differs'
      | 'values-taken-back'
      | 'locked'
      | 'owner-alive'
      | 'lease-lost'
      | 'cluster-taken'
      | 'foreign'
      | 'dependents-running'
      | 'follower-not-refreshed'
      | 'delete-interrupted'
      | 'port-in-use'
      | 'no-scratch-cluster'
      | 'plan-outdated'
      | 'plan-elsewhere'
      | 'skipped-not-running'
      | 'unconfirmed'
  }
>

/** Words for what could be done, but not like this. */
export function wordRefusal(diagnostic: RefusalDiagnostic, display: DisplayPath): Wording {
  switch (diagnostic.code) {
    case 'locked': {
      const { pid, host, command, since, services, isHere, others } = diagnostic.data
      const waiting = 'wait for it with "--wait-lock 30s"'
      return words(
        `${whoHolds(diagnostic.data)}: "${command}" (process ${pid} on ${host}, since ${since})${andOthers(others)}`,
        isHere
          ? `${waiting}, or end process ${pid}`
          : `${waiting}; if it is no longer there, take it away with "paictl ${['unlock', ...services.slice(0, 1)].join(' ')}"`,
      )
    }
    case 'owner-alive': {
      const { owners } = diagnostic.data
      const who = owners.map(({ pid, command }) => `"${command}" (process ${pid})`)
      const them = owners.length === 1 ? 'it' : 'them'
      return words(
        `still at work on this machine: ${shortList(who, 5)}`,
        `wait for ${them}, or end ${them}: then nothing is held. "--force" takes it away even so, and two commands may act on one service`,
      )
    }
    case 'lease-lost':
      return words(
        `what this command held of ${shortList(diagnostic.data.services.map(quoted))} was taken away before it began`,
        'nothing was run; look with "paictl service status" who is at work, and run it again',
      )
    case 'cluster-taken': {
      const { cluster, owner, isGone, project } = diagnostic.data
      return words(
        `cluster "${cluster}" belongs to another project: ${quoted(shownPath(owner, display))}${isGone ? ' (no longer there)' : ''}`,
        `set another cluster.common.cluster-id for ${quoted(shownPath(project, display))}; if it is that project, moved, add "--take-over"`,
      )
    }
    case 'foreign': {
      const { service, answer } = diagnostic.data
      return words(
        `something else answers for "${service}": ${answer}`,
        `end it first, or take it over with "paictl service start ${service} --adopt"`,
      )
    }
    case 'dependents-running': {
      const { service, dependents, verb } = diagnostic.data
      const names = dependents.map(({ name, state }) => `"${name}" (${state})`)
      return words(
        `cannot ${verb} "${service}": ${andList(names)} ${dependents.length === 1 ? 'needs' : 'need'} it`,
        `add "--with-dependents" to stop ${dependents.length === 1 ? 'it' : 'them'} first, or "--force" to ${verb} it anyway`,
      )
    }
    case 'follower-not-refreshed':
      return followerWords(diagnostic)
    case 'delete-interrupted': {
      const { service } = diagnostic.data
      return words(
        `the delete of "${service}" was interrupted: started now, it would come back without all of its data`,
        `finish it with "paictl service delete ${service}" or "paictl resume"`,
      )
    }
    case 'port-in-use': {
      const { service, key, port, holder, free } = diagnostic.data
      return words(
        `port ${port}, which "${service}" would listen on, is in use${holderWords(holder)}`,
        key === null
          ? 'stop what answers there; were the port a value of the configuration, "--set" could choose another one'
          : free === null
            ? 'choose another one with "--set"'
            : `choose another one: "--set ${key}=${free}"`,
      )
    }
    case 'no-scratch-cluster': {
      const { service, clusterType } = diagnostic.data
      return words(
        `on cluster type "${clusterType}" there is nothing apart to try "${service}" out in: it would be started, killed and deleted where it is at work`,
        'name a cluster that is there to be tested on: "-c FILE", its kubeconfig',
      )
    }
    case 'plan-outdated': {
      const { service, moved } = diagnostic.data
      return words(
        `the plan no longer holds for "${service}": ${moved.map(moveWords).join('; ')}`,
        'make it again with "paictl plan --output json"',
      )
    }
    case 'plan-elsewhere': {
      const { cluster, here } = diagnostic.data
      return words(
        `the plan was made for the cluster "${cluster}", and this project describes "${here}"`,
        'carry it out in the project that it was made in, or make one here',
      )
    }
    case 'skipped-not-running': {
      const { service, state, neededBy } = diagnostic.data
      return words(
        `"${service}" is to be skipped, but "${neededBy}" needs it and it is ${state}`,
        `start it first with "paictl service start ${service}", or leave out "-k ${service}"`,
      )
    }
    case 'unconfirmed': {
      const { verb, what, asked } = diagnostic.data
      const all = shortList(what.map(quoted))
      return asked === 'declined'
        ? words(`not confirmed: did not ${verb} ${all}`)
        : words(
            `cannot ask whether to ${verb} ${all}: there is no terminal`,
            'add "--yes" to go on without being asked',
          )
    }
    case 'applied-differs': {
      const { service, script } = diagnostic.data
      return words(
        `"${service}" is ended with the ${script} that it was started with; the one in the project is another`,
        'to run the one in the project, add "--from-tree"',
      )
    }
    case 'values-taken-back': {
      const { service, values, verb } = diagnostic.data
      const options = [...new Set(values.map((value) => optionOf(value, display)))]
      const them = options.length === 1 ? 'it' : 'them'
      return words(
        `"${service}" was last started or refreshed with ${shortList(options)}; this ${verb} takes ${them} back`,
        `to keep ${them}, give ${them} again, or write the values into services-configuration.yaml`,
      )
    }
    default:
      return unreachable(diagnostic)
  }
}

function followerWords({ data, severity }: RefusalDiagnostic & { readonly code: 'follower-not-refreshed' }): Wording {
  const { follower, deployments, verb, why, detail } = data
  const names = shortList(deployments.map(quoted), 5)
  const because = {
    skipped: 'it is to be skipped',
    state: `it is ${detail}`,
    'not-declared': 'the project does not have it any more',
    invalid: `it cannot be rendered: ${detail}`,
  }[why]
  if (severity === 'warning') {
    return words(
      `"${follower}" follows ${names}, and is not refreshed: ${because}`,
      `what it knows of them is as it was before; "paictl service start ${follower}" brings it up to date`,
    )
  }
  return words(
    `cannot ${verb} ${names}: "${follower}", which follows ${deployments.length === 1 ? 'it' : 'them'}, cannot be refreshed first: ${because}`,
    `${CURE[why] ?? 'mend that'}, ${verb} "${follower}" too, or add "--force" to ${verb} ${deployments.length === 1 ? 'it' : 'them'} anyway`,
  )
}

const CURE: Readonly<Partial<Record<WhyNotRefreshed['why'], string>>> = { state: 'start it' }

function moveWords(move: Move): string {
  switch (move.kind) {
    case 'declared':
      return DECLARED_WORDS[move.how]
    case 'state':
      return `it was ${move.from} and is ${move.to}`
    case 'run':
      return move.run === null ? 'its record is another one' : `it was acted on since, by run ${move.run}`
    case 'steps':
      return 'other steps would be taken for it now'
    default:
      return unreachable(move)
  }
}

const DECLARED_WORDS = {
  added: 'it is new in the project',
  removed: 'it is no longer in the project',
  changed: 'what the project declares for it has changed since',
} as const

function whoHolds({ services, holds }: (RefusalDiagnostic & { readonly code: 'locked' })['data']): string {
  const what = holds === 'all' ? 'this cluster' : shortList(services.map(quoted))
  return `another command ${holds === 'relies' ? 'relies on' : 'is at work on'} ${what}`
}

const andOthers = (count: number): string =>
  count === 0 ? '' : `; ${counted(count, 'more command')} ${count === 1 ? 'is' : 'are'} in the way`

/** The option of a command line that supplied a value, as it can be typed again. */
function optionOf({ path, value, source }: CommandLineValue, display: DisplayPath): string {
  if (source !== '--set') return `--overlay ${shellWord(shownPath(source, display))}`
  return `--set ${shellWord(`${path}=${typeof value === 'string' ? value : JSON.stringify(value)}`)}`
}

function holderWords(holder: PortHolder | null): string {
  if (holder === null) return ''
  return holder.kind === 'service'
    ? `: "${holder.service}" of the cluster "${holder.cluster}" answers there`
    : `: process ${holder.pid} (${holder.command}) listens there`
}
