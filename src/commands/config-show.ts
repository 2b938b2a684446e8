import { type Origin, originsOf } from '../config/cluster/provenance.ts'
import { nearest } from '../config/nearest.ts'
import { closure } from '../engine/graph.ts'
import { type Diagnostic, diagnostic, isError } from '../model/diagnostic.ts'
import type { JsonValue } from '../model/json.ts'
import { err, ok, type Result } from '../model/result.ts'
import type { Invocation } from './invocation.ts'
import { openSite, type Site } from './project/site.ts'
import { concernsAll } from './weigh.ts'

export interface ConfigurationRequest {
  /** A service, `cluster` or `layout`; `undefined`: everything. */
  readonly section: string | undefined
  /** Leaves secrets in it as they are. */
  readonly reveal?: boolean
}

export interface ShownConfiguration {
  readonly value: JsonValue
  /** Where each single value came from. */
  readonly origins: readonly Origin[]
  /** Errors of what is shown, which keep nobody from looking. */
  readonly problems: readonly Diagnostic[]
}

/** The resolved configuration of the whole cluster, or one section of it; secrets masked. */
export async function showConfiguration(
  invocation: Invocation,
  { section, reveal = false }: ConfigurationRequest,
): Promise<Result<ShownConfiguration, readonly Diagnostic[]>> {
  const opened = await openSite(invocation)
  if (!opened.ok) return opened
  const { configuration, services } = opened.value
  const { clusterCfg, secrets } = configuration
  const known = new Set([...Object.keys(clusterCfg), ...services.keys()])
  if (section !== undefined && !known.has(section)) {
    return err([diagnostic('unknown-service', { name: section, nearest: nearest(section, known) })])
  }
  const shown = (value: JsonValue): JsonValue => (reveal ? value : secrets.maskConfiguration(value))
  const value = section === undefined ? clusterCfg : Object.hasOwn(clusterCfg, section) ? clusterCfg[section] : {}
  return ok({
    value: shown(value ?? {}),
    origins: originsOf(configuration, section).map((origin) => ({ ...origin, value: shown(origin.value) })),
    problems: configuration.diagnostics.filter((one) => isError(one) && isAbout(one, section, opened.value)),
  })
}

/** Whether a problem is one of a section: its own, of all, or of what its module could derive nothing without. */
function isAbout(problem: Diagnostic, section: string | undefined, { configuration, graph }: Site): boolean {
  if (section === undefined || problem.service === section) return true
  if (problem.service === undefined) return concernsAll(problem)
  return configuration.underived.has(section) && closure(graph, [section]).has(problem.service)
}
