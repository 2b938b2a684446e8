import type { Argv } from 'yargs'
import type { Invocation } from '../commands/invocation.ts'
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
  readonly output: 'human' | 'plain' | 'json'
}

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
    .option('output', {
      choices: ['human', 'plain', 'json'] as const,
      default: 'human',
      describe: 'How to print',
      global: true,
    })
}

/** What the global options say about where a command works. */
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
    onSignal: (listener) => world.onSignal(listener),
  }
}
