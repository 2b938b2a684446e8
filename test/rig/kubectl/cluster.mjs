import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What kubectl says on standard error before it ends with 1. */
export class KubectlError extends Error {}

const NAMESPACES = ['default', 'models']
const NAME = /^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/
const SERVICE_NAME = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/

/** Each type under the names by which it may be called; `full` is the one that kubectl prints. */
const TYPES = [
  { type: 'deployments', full: 'deployment.apps', kind: 'Deployment', names: ['deployment', 'deployments.apps'] },
  { type: 'services', full: 'service', kind: 'Service', names: ['service'] },
  {
    type: 'ingresses',
    full: 'ingress.networking.k8s.io',
    kind: 'Ingress',
    names: ['ingress', 'ingresses.networking.k8s.io'],
  },
  { type: 'secrets', full: 'secret', kind: 'Secret', names: ['secret'] },
  { type: 'pods', full: 'pod', kind: 'Pod', names: ['pod'] },
]

export function known(name) {
  const found = TYPES.find(({ type, full, names }) => [type, full, ...names].includes(name))
  if (found === undefined) throw new KubectlError(`error: the server doesn't have a resource type "${name}"`)
  return found
}

/** The objects of `types` ("services,pods", "deployment/x") in the namespace that have the name, labels and fields asked for. */
export function select(cluster, types, { name, selector, fields } = {}) {
  const [list, named = name] = types.split('/')
  const byField = fields === undefined ? named : /^metadata\.name=(.*)$/.exec(fields)?.[1]
  return list.split(',').flatMap((one) => {
    const { type } = known(one)
    const directory = join(cluster.directory, type)
    const files = existsSync(directory) ? readdirSync(directory).sort() : []
    return files
      .filter((file) => file.startsWith(`${cluster.namespace}.`))
      .map((file) => JSON.parse(readFileSync(join(directory, file), 'utf8')))
      .filter(({ metadata }) => byField === undefined || metadata.name === byField)
      .filter(({ metadata }) => matches(metadata.labels ?? {}, selector))
      .map((object) => ({ type, name: object.metadata.name, object }))
  })
}

/** Applies the manifests of a file; returns what is said of each. */
export async function apply(cluster, file, serverSide) {
  if (!existsSync(file)) throw new KubectlError(`error: the path "${file}" does not exist`)
  // Most calls apply nothing, and are quicker without it.
  const { parseAllDocuments } = await import('yaml')
  const objects = parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJS())
  if (objects.every((object) => object === null)) throw new KubectlError('error: no objects passed to apply')
  return objects.map((object) => {
    const { type, full } = TYPES.find(({ kind }) => kind === object.kind) ?? known(object.kind)
    const { name, namespace } = object.metadata
    check(cluster, { full, name, namespace, object })
    const [before] = select(cluster, type, { name })
    const applied = serverSide ? object : withLastApplied(object)
    const told = before === undefined ? 'created' : same(before.object, applied) ? 'unchanged' : 'configured'
    write(cluster, type, { ...applied, ...inServerForm(object), ...(before && { status: before.object.status }) })
    if (type === 'deployments') roll(cluster, name)
    return `${full}/${name} ${serverSide ? 'serverside-applied' : told}`
  })
}

export function scale(cluster, target, replicas) {
  const [{ object, name }] = select(cluster, target)
  write(cluster, 'deployments', { ...object, spec: { ...object.spec, replicas } })
  roll(cluster, name)
}

export function rolledOut(cluster, target) {
  const [{ object }] = select(cluster, target)
  const { replicas } = object.spec
  const { updatedReplicas = 0, availableReplicas = 0 } = object.status
  return [podsOf(cluster, object).length, updatedReplicas, availableReplicas].every((count) => count === replicas)
}

export function deleteObjects(cluster, found) {
  for (const { type, name, object } of found) {
    rmSync(fileOf(cluster, type, name))
    if (type === 'deployments') deleteObjects(cluster, podsOf(cluster, object))
  }
  return found
}

/** Does what the controllers would do: as many pods as are asked for, all of the template; older ones go when new ones are ready. */
function roll(cluster, name) {
  const [{ object }] = select(cluster, 'deployments', { name })
  const { replicas, template } = object.spec
  const isReady = !existsSync(join(cluster.directory, 'never-ready'))
  const [own, older] = split(podsOf(cluster, object), (pod) => same(pod.object.spec, template.spec))
  for (const pod of own.slice(replicas)) deleteObjects(cluster, [pod])
  for (let count = own.length; count < replicas; count += 1) {
    const metadata = { name: `${name}-${randomBytes(4).toString('hex')}`, namespace: cluster.namespace }
    const status = { ready: isReady }
    write(cluster, 'pods', {
      kind: 'Pod',
      metadata: { ...metadata, ...template.metadata },
      spec: template.spec,
      status,
    })
  }
  if (isReady || replicas === 0) deleteObjects(cluster, older)
  const pods = podsOf(cluster, object)
  const available = pods.filter((pod) => pod.object.status.ready).length
  const updatedReplicas = pods.filter((pod) => same(pod.object.spec, template.spec)).length
  const conditions = [
    { type: 'Available', status: available > 0 || replicas === 0 ? 'True' : 'False', message: 'as its "pods" are' },
  ]
  // As in the real one, a count of none is left out.
  const counts = {
    ...(updatedReplicas > 0 && { updatedReplicas }),
    ...(available > 0 && { availableReplicas: available }),
  }
  write(cluster, 'deployments', { ...object, status: { ...counts, conditions } })
}

const podsOf = (cluster, { spec }) =>
  select(cluster, 'pods').filter(({ object }) =>
    Object.entries(spec.selector.matchLabels).every(([key, value]) => object.metadata.labels[key] === value),
  )

function check(cluster, { full, name, namespace, object }) {
  if (namespace !== undefined && namespace !== cluster.namespace) {
    throw new KubectlError(`error: the namespace from the provided object "${namespace}" does not match the namespace`)
  }
  if (!NAMESPACES.includes(cluster.namespace)) {
    throw new KubectlError(`Error from server (NotFound): namespaces "${cluster.namespace}" not found`)
  }
  const pattern = object.kind === 'Service' ? SERVICE_NAME : NAME
  if (!pattern.test(name)) throw new KubectlError(`The ${full} "${name}" is invalid: metadata.name`)
  const [before] = select(cluster, full, { name })
  if (
    object.kind === 'Deployment' &&
    before !== undefined &&
    !same(before.object.spec.selector, object.spec.selector)
  ) {
    throw new KubectlError(`The Deployment "${name}" is invalid: spec.selector: field is immutable`)
  }
}

/** kubectl keeps the whole manifest so, secrets included. */
function withLastApplied(object) {
  const annotations = {
    ...object.metadata.annotations,
    'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(object),
  }
  return { ...object, metadata: { ...object.metadata, annotations } }
}

function inServerForm({ stringData, data }) {
  if (stringData === undefined) return {}
  const encoded = Object.entries(stringData).map(([key, text]) => [key, Buffer.from(text).toString('base64')])
  return { stringData: undefined, data: { ...data, ...Object.fromEntries(encoded) } }
}

function matches(labels, selector = '') {
  return selector
    .split(',')
    .filter(Boolean)
    .every((term) => {
      const [, key, operator, value] = /^([^=!]+)(!?=)(.*)$/.exec(term) ?? []
      if (key === undefined) throw new KubectlError(`error: unable to parse requirement: ${term}`)
      return (labels[key] === value) === (operator === '=')
    })
}

function split(items, isFirst) {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))]
}

const same = (a, b) => JSON.stringify({ ...a, status: undefined }) === JSON.stringify({ ...b, status: undefined })
const fileOf = (cluster, type, name) => join(cluster.directory, type, `${cluster.namespace}.${name}.json`)

function write(cluster, type, object) {
  mkdirSync(join(cluster.directory, type), { recursive: true })
  writeFileSync(fileOf(cluster, type, object.metadata.name), `${JSON.stringify(object, null, 2)}\n`)
}
