import { reverse } from '../engine/graph.ts'
import { appliedEdges } from '../engine/plan/situation.ts'
import { runDescribeScript } from '../io/scripts/describe-script.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { JsonObject } from '../model/json.ts'
import { ok, type Result } from '../model/result.ts'
import type { ScriptRole, Service } from '../model/service.ts'
import type { ServiceDescription } from '../ui/service-description.ts'
import type { Invocation } from './invocation.ts'
import { attended } from './running/attended.ts'
import { type Seen, see } from './service-look.ts'
import { rowOf } from './service-row.ts'

/** What is known of services, without the text of their configuration. */
export type Described = Omit<ServiceDescription, 'configuration'> & { readonly configuration: JsonObject | null }

/** All that is known of the named services, their own describe-scripts' words included. */
export async function describeServices(
  invocation: Invocation,
  names: readonly string[],
): Promise<Result<readonly Described[], readonly Diagnostic[]>> {
  const seen = await see(invocation, names)
  if (!seen.ok) return seen
  const { observed, bare } = seen.value
  const describeAll = () => Promise.all([...observed.keys()].map((name) => describe(name, seen.value)))
  return ok(await attended(bare.cluster, describeAll))
}

async function describe(name: string, seen: Seen): Promise<Described> {
  const { bare, rendered } = seen
  const { cluster, services } = bare
  const service = services.get(name)
  const record = cluster.records.read(name)
  const applied = record?.applied ?? undefined
  const observed = seen.observed.get(name)
  if (observed === undefined) throw new Error(`${name} was selected, but not observed`)
  const said = applied && (await runDescribeScript(name, applied, cluster.scripts))
  return {
    row: rowOf(observed, bare),
    run: record === undefined || record.run === '' ? null : record.run,
    directory: service?.directory ?? applied?.componentDirectory ?? '',
    prerequisites:
      service?.prerequisites ?? appliedEdges(applied).map(({ to, optional }) => ({ service: to, optional })),
    dependents: dependentsOf(name, seen),
    scripts: service === undefined ? (applied?.scripts ?? {}) : scriptsOf(service),
    readiness: applied?.readiness ?? rendered.get(name)?.readiness ?? null,
    timeouts: service?.timeouts ?? applied?.timeouts ?? {},
    retries: service?.retries ?? applied?.retries ?? {},
    configuration: maskedConfiguration(name, seen),
    log: cluster.logs.latestLog(name) ?? null,
    described: said === undefined ? undefined : cluster.secrets.maskConfiguration(said),
  }
}

function maskedConfiguration(name: string, { site, bare }: Seen): JsonObject | null {
  const config = site?.configuration.sections.get(name)?.config
  return config === undefined ? null : (bare.cluster.secrets.maskConfiguration(config) as JsonObject)
}

/** Who needs it directly. */
const dependentsOf = (name: string, { site }: Seen): string[] =>
  site === undefined ? [] : (reverse(site.graph).get(name) ?? []).map((edge) => edge.to)

function scriptsOf(service: Service): Partial<Record<ScriptRole, string>> {
  return Object.fromEntries(Object.entries(service.scripts).map(([role, script]) => [role, script.value]))
}
