/**
 * A stand-in for kubectl and for the clusters behind it, as far as components need one. What it does not know (a command,
 * a flag, a type) is a mistake, so that scripts are not held to less than the real one would hold them to. A cluster is a
 * directory of KUBECTL_CLUSTERS, named as its context:
 *
 *   <context>/<type>/<namespace>.<name>.json   the objects; those of "pods" are made and removed as a Deployment would
 *   <context>/never-ready                      exists: no new pod becomes ready
 *   <context>/unreachable, silent              exists: requests are refused, or not answered
 *   current                                    the current context ("one" without it)
 *   calls                                      the arguments of all calls, a JSON list a line
 *
 * The namespaces are "default" and "models".
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { apply, deleteObjects, KubectlError, known, rolledOut, scale, select } from './cluster.mjs'
import { jsonpath } from './jsonpath.mjs'

const clusters = process.env.KUBECTL_CLUSTERS
if (!clusters) throw new Error('KUBECTL_CLUSTERS is not set')

/** The flags that each command takes: with a value, or `true` without one. */
const GLOBAL = { context: 'text', namespace: 'text' }
const FLAGS = {
  config: {},
  get: {
    raw: 'text',
    selector: 'text',
    'field-selector': 'text',
    o: 'text',
    'request-timeout': 'text',
    'ignore-not-found': true,
  },
  apply: { f: 'list', 'server-side': true, 'force-conflicts': true, 'field-manager': 'text' },
  rollout: { timeout: 'text' },
  scale: { replicas: 'text' },
  wait: { for: 'text', selector: 'text', timeout: 'text' },
  delete: { selector: 'text', 'ignore-not-found': true, cascade: 'text', wait: true, timeout: 'text' },
  logs: { selector: 'text', 'all-containers': true, prefix: true, tail: 'text' },
}

/** @param {readonly string[]} argv */
async function main(argv) {
  const { command, words, flags } = parse(argv)
  const current = existsSync(join(clusters, 'current')) ? readFileSync(join(clusters, 'current'), 'utf8').trim() : 'one'
  if (command === 'config') {
    if (words.join(' ') !== 'current-context') throw new KubectlError('error: unknown command')
    return print(current)
  }
  const context = flags.context ?? current
  const cluster = { directory: join(clusters, context), namespace: flags.namespace ?? 'default' }
  if (!existsSync(cluster.directory)) throw new KubectlError(`error: context "${context}" does not exist`)
  await reach(cluster, flags)
  await COMMANDS[command](cluster, words, flags)
}

/** Fails, as requests to a cluster do that cannot be reached. */
async function reach({ directory }, flags) {
  if (existsSync(join(directory, 'unreachable'))) {
    process.stderr.write('E1120 16:20:46.011146    2576 memcache.go:265] "Unhandled Error" err="connection refused"\n')
    throw new KubectlError(
      'The connection to the server one.example:6443 was refused - did you specify the right host or port?',
    )
  }
  if (existsSync(join(directory, 'silent'))) {
    const seconds = Number.parseInt(flags['request-timeout'] ?? '86400', 10)
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
    throw new KubectlError('Unable to connect to the server: context deadline exceeded')
  }
}

const COMMANDS = {
  get(cluster, [types, name], flags) {
    if (flags.raw !== undefined) return print('{"major": "1"}')
    const found = select(cluster, types, { name, selector: flags.selector, fields: flags['field-selector'] })
    if (found.length === 0 && named(types, name) && !flags['ignore-not-found']) throw notFound(types, name)
    if (flags.o === undefined) return print(found.map(({ name: own }) => own).join('\n') || 'No resources found')
    if (flags.o === 'name') return print(found.map(({ type, name: own }) => `${known(type).full}/${own}`).join('\n'))
    const path = /^jsonpath=(.*)$/s.exec(flags.o)?.[1]
    if (path === undefined) throw new KubectlError(`error: unable to match a printer suitable for "${flags.o}"`)
    for (const { object } of found) process.stdout.write(jsonpath(path, object))
  },
  async apply(cluster, _words, flags) {
    if (flags.f === undefined) throw new KubectlError('error: must specify one of -f and -k')
    for (const file of flags.f) {
      for (const line of await apply(cluster, file, flags['server-side'] === true)) print(line)
    }
  },
  rollout(cluster, [verb, target], flags) {
    if (verb !== 'status' || flags.timeout === undefined) throw new KubectlError('error: unknown command')
    if (select(cluster, target).length === 0) throw notFound(target)
    if (!rolledOut(cluster, target))
      throw new KubectlError(`error: deployment "${target}" exceeded its progress deadline`)
    print(`deployment "${target}" successfully rolled out`)
  },
  scale(cluster, [target], flags) {
    if (select(cluster, target).length === 0) throw notFound(target)
    scale(cluster, target, Number(flags.replicas))
    print(`${target} scaled`)
  },
  wait(cluster, [types], flags) {
    if (flags.for !== 'delete') throw new KubectlError('error: unrecognized condition')
    if (select(cluster, types, { selector: flags.selector }).length > 0) {
      throw new KubectlError('error: timed out waiting for the condition')
    }
  },
  delete(cluster, [types, name], flags) {
    const gone = deleteObjects(cluster, select(cluster, types, { name, selector: flags.selector }))
    if (gone.length === 0 && flags.selector === undefined && !flags['ignore-not-found']) throw notFound(types, name)
    for (const { type, name: own } of gone) print(`${known(type).full} "${own}" deleted`)
    if (gone.length === 0) print('No resources found')
  },
  logs(cluster, _words, flags) {
    for (const { name } of select(cluster, 'pods', { selector: flags.selector })) print(`[pod/${name}/main] hello`)
  },
}

try {
  appendFileSync(join(clusters, 'calls'), `${JSON.stringify(process.argv.slice(2))}\n`)
  await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof KubectlError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}

/** `get deployments x` and `get deployment/x` name one; what is not there is a mistake. */
function named(types, name) {
  return name !== undefined || types.includes('/')
}

function notFound(types, name) {
  const [type, own = name] = types.split('/')
  return new KubectlError(`Error from server (NotFound): ${type} "${own}" not found`)
}

function print(line) {
  if (line !== '') process.stdout.write(`${line}\n`)
}

/** @param {readonly string[]} argv */
function parse(argv) {
  const words = []
  const given = []
  for (let at = 0; at < argv.length; at += 1) {
    const [, dashes, name, value] = /^(--?)([a-z-]+)(?:=([\s\S]*))?$/.exec(argv[at]) ?? []
    if (dashes === undefined) words.push(argv[at])
    // Of the short ones, -o and -f, the value may be the next word.
    else given.push([name, value ?? (dashes === '-' ? argv[++at] : undefined)])
  }
  const command = words.shift() ?? ''
  if (!(command in FLAGS)) throw new KubectlError(`error: unknown command "${command}" for "kubectl"`)
  const flags = {}
  for (const [name, value] of given) {
    const kind = { ...GLOBAL, ...FLAGS[command] }[name]
    if (kind === undefined) throw new KubectlError(`error: unknown flag: --${name}`)
    if ((kind === true) !== (value === undefined)) throw new KubectlError(`error: flag needs an argument: --${name}`)
    if (kind === 'list') flags[name] = [...(flags[name] ?? []), value]
    else flags[name] = value ?? true
  }
  return { command, words, flags }
}
