import { portRanges } from '../../config/schema/port-ranges.ts'
import { deepestNode } from '../../config/yaml/yaml-node.ts'
import { readComponentConfig } from '../../io/project/component-config.ts'
import { readShown } from '../../io/project/project-file.ts'
import { isPortFree } from '../../io/scratch/free-port.ts'
import { claimPort } from '../../io/scratch/port-claim.ts'
import { holderOf } from '../../io/scratch/scratch-processes.ts'
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts'
import type { PortHolder } from '../../model/diagnostics/refusal.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts'
import { mayBeAlive } from '../../model/record.ts'
import type { RenderedService } from '../../model/rendered.ts'
import type { ReadinessProbe } from '../../model/service.ts'
import type { Invocation } from '../invocation.ts'
import { type BareSite, openBareSite, type Site } from '../project/site.ts'

/** A port that the configuration of a service names. */
export interface ConfiguredPort {
  readonly service: string
  /** The keys that lead to it, without the section; empty where only its readiness names it. */
  readonly path: readonly string[]
  readonly port: number
}

/**
 * Assignments, as after `--set`, that give services any free ports where their schemas have a range for them and the command
 * line says nothing else.
 */
export async function freePorts(site: Site, names: readonly string[]): Promise<string[]> {
  const { sections } = site.configuration
  const taken = new Set([...sections.values()].flatMap(({ config }) => portsIn('', config)).map(({ port }) => port))
  const assignments: string[] = []
  for (const name of names) {
    const service = site.services.get(name)
    const place = service && { name: service.component, directory: service.directory }
    const files = place && readComponentConfig(place, site.project.settings.fileSizeLimit)
    const schema = files?.ok ? files.value.schema : undefined
    const given = new Set(sections.get(name)?.commandLine.map(({ path }) => path))
    for (const { path, first, last } of schema === undefined ? [] : portRanges(schema)) {
      if (place && [name, place.name].some((section) => given.has([section, ...path].join('.')))) continue
      const port = await freePortIn(first, last, taken)
      if (port === undefined) continue
      taken.add(port)
      assignments.push(`${assignable([name, ...path])}=${port}`)
    }
  }
  return assignments
}

/** As it is written after `--set`. */
const assignable = (path: readonly string[]): string => path.map((key) => key.replace(/[\\.]/g, '\\$&')).join('.')

/** From some place of the range on; no two tests at a time choose the same one. */
async function freePortIn(from: number, to: number, taken: ReadonlySet<number>): Promise<number | undefined> {
  const count = to - from + 1
  const first = Math.floor(Math.random() * count)
  for (let index = 0; index < count; index++) {
    const port = from + ((first + index) % count)
    if (!taken.has(port) && (await isPortFree(port)) && (await claimPort(port))) return port
  }
  return undefined
}

/** The ports that the configurations of services name, and those that are asked whether they are ready, in their order. */
export const configuredPorts = (
  site: Site,
  rendered: ReadonlyMap<string, RenderedService>,
  names: readonly string[],
): ConfiguredPort[] =>
  names.flatMap((name) => {
    const configured = portsIn(name, site.configuration.sections.get(name)?.config ?? {})
    const asked = askedPort(rendered.get(name)?.readiness?.probe)
    const isKnown = asked === undefined || configured.some(({ port }) => port === asked)
    return isKnown ? configured : [...configured, { service: name, path: [], port: asked }]
  })

/** The port of this machine that a probe asks. */
function askedPort(probe: ReadinessProbe | undefined): number | undefined {
  if (probe?.kind === 'tcp') return HERE.test(probe.host) ? probe.port : undefined
  if (probe?.kind !== 'http') return undefined
  const url = URL.canParse(probe.url) ? new URL(probe.url) : undefined
  if (url === undefined || !HERE.test(url.hostname)) return undefined
  return Number(url.port) || (url.protocol === 'https:' ? 443 : 80)
}

const HERE = /^(?:localhost|127\.[\d.]+|0\.0\.0\.0|\[?::1?\]?)$/

const PORT_KEY = /(?:^|[-_.])port$|[a-z]Port$/

function portsIn(service: string, config: JsonObject, path: readonly string[] = []): ConfiguredPort[] {
  return Object.entries(config).flatMap(([key, value]: [string, JsonValue]) => {
    const own = [...path, key]
    if (isJsonObject(value)) return portsIn(service, value, own)
    const isPort = typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65_536
    return isPort && PORT_KEY.test(key) ? [{ service, path: own, port: value }] : []
  })
}

/** What of these ports somebody listens on: which service of the project's own cluster, or else which process. */
export async function portsInUse(
  site: Site,
  invocation: Invocation,
  ports: readonly ConfiguredPort[],
): Promise<Diagnostic[]> {
  const problems: Diagnostic[] = []
  const taken = new Set(ports.map(({ port }) => port))
  let own: BareSite | undefined
  for (const { service, path, port } of ports) {
    if (await isPortFree(port)) continue
    own ??= await ownSite(invocation)
    const free = await freePortIn(port + 1, Math.min(port + 1000, 65_535), taken)
    if (free !== undefined) taken.add(free)
    const holder = holderIn(own, port) ?? processOn(port)
    const key = path.length === 0 ? null : assignable([service, ...path])
    const tree = site.configuration.sections.get(service)?.tree
    const span = tree && path.length > 0 ? deepestNode(tree, path).node.span : undefined
    problems.push(diagnostic('port-in-use', { service, key, port, holder, free: free ?? null }, { span, service }))
  }
  return problems
}

async function ownSite(invocation: Invocation): Promise<BareSite | undefined> {
  const opened = await openBareSite(invocation)
  return opened.ok ? opened.value : undefined
}

/** The service of a cluster that may be alive and whose configuration names the port. */
function holderIn(site: BareSite | undefined, port: number): PortHolder | null {
  const records = site?.cluster.records
  const service = records?.names().find((name) => {
    const record = records.read(name)
    if (record?.applied == null || !mayBeAlive(record)) return false
    const config = parsed(readShown(record.applied.configFile))
    return portsIn(name, config).some((one) => one.port === port)
  })
  return site === undefined || service === undefined ? null : { kind: 'service', service, cluster: site.cluster.id }
}

function parsed(text: string | undefined): JsonObject {
  try {
    const value: JsonValue = JSON.parse(text ?? '{}')
    return isJsonObject(value) ? value : {}
  } catch {
    return {}
  }
}

function processOn(port: number): PortHolder | null {
  const found = holderOf(port)
  return found === null ? null : { kind: 'process', pid: found.pid, command: found.command }
}
