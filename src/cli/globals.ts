import type { Argv } from 'yargs'
import { COMPONENT_OPTION } from '../commands/deployment/places.ts'
import { type Invocation, OVERLAY_OPTION } from '../commands/invocation.ts'
import { REMOVALS } from '../config/cluster/assignment.ts'
import { ASSIGNMENTS, assignmentsText } from '../config/cluster/overlays.ts'
import { Secrets } from '../model/secrets.ts'
import { homeOf } from './home.ts'
import { UsageError } from './usage.ts'
import type { World } from './world.ts'

/** The options that every command takes. */
export interface Globals {
  readonly C?: string | undefined
  readonly p?: string | undefined
  readonly c?: string | undefined
  readonly 'state-dir'?: string | undefined
  readonly cluster?: string | undefined
  /** Of those commands that can show secrets. */
  readonly 'reveal-secrets'?: boolean | undefined
  readonly overlay?: string | readonly string[] | undefined
  readonly set?: string | readonly string[] | undefined
  readonly output: (typeof OUTPUTS)[number]
}

export const OUTPUTS = ['human', 'plain', 'json'] as const

/** Adds the global options to a parser. */
export function globalOptions(parser: Argv): Argv {
  return parser
    .option('C', { type: 'string', requiresArg: true, describe: 'The project, or a directory in it', global: true })
    .option('p', { type: 'string', requiresArg: true, describe: 'The cluster configuration directory', global: true })
    .option('c', { type: 'string', requiresArg: true, describe: 'The kubeconfig file for scripts', global: true })
    .option('state-dir', {
      type: 'string',
      requiresArg: true,
      describe: 'Where state, data and logs are kept',
      global: true,
    })
    .option('cluster', {
      type: 'string',
      requiresArg: true,
      describe: 'A cluster by its id, from anywhere',
      global: true,
    })
    .option('overlay', {
      type: 'string',
      requiresArg: true,
      describe: 'A file to lay on the configuration; may be repeated',
      global: true,
    })
    .option('set', {
      type: 'string',
      requiresArg: true,
      describe: 'A value to set, service.key=value; may be repeated',
      global: true,
    })
    .option('output', {
      choices: OUTPUTS,
      requiresArg: true,
      default: 'human',
      describe: 'How to print',
      global: true,
    })
}

/** All values of an option that may be repeated. */
const all = (given: string | readonly string[] | undefined): readonly string[] =>
  given === undefined ? [] : [given].flat()

/** What was given on the command line itself, as texts that problems can be shown in, by the name in their places. */
export function sourcesOf({
  overlay,
  set,
  component,
  unset,
}: Globals & {
  readonly component?: string | undefined
  readonly unset?: readonly (string | number)[] | undefined
}): ReadonlyMap<string, string> {
  return new Map([
    [OVERLAY_OPTION, all(overlay).join('\n')],
    [ASSIGNMENTS, assignmentsText(all(set))],
    [COMPONENT_OPTION, component ?? ''],
    [REMOVALS, (unset ?? []).join('\n')],
  ])
}

/** What the global options say about where a command works, and with which configuration. */
export function invocationOf(args: Globals, world: World): Invocation {
  for (const option of ['C', 'p', 'c', 'state-dir', 'cluster'] as const) {
    if (args[option] === '')
      throw new UsageError(`${option.length === 1 ? '-' : '--'}${option} takes a value that is not empty`)
  }
  return {
    cwd: world.cwd,
    env: world.env,
    home: homeOf(world),
    commandLine: ['paictl', ...world.argv].join(' '),
    project: args.C,
    clusterConfig: args.p,
    kubeconfig: args.c,
    stateDirectory: args['state-dir'],
    cluster: args.cluster,
    overlays: all(args.overlay),
    assignments: all(args.set),
    // What is to be shown is not learnt as a secret.
    secrets: args['reveal-secrets'] ? new Secrets() : world.secrets,
    onSignal: (listener) => world.onSignal(listener),
  }
}
