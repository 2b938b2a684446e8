import { nearest } from '../config/nearest.ts'
import { type Diagnostic, diagnostic, isError } from '../model/diagnostic.ts'
import type { JsonValue } from '../model/json.ts'
import { err, ok, type Result } from '../model/result.ts'
import type { Invocation } from './invocation.ts'
import { openSite } from './site.ts'

/** The resolved configuration of the whole cluster, or one section of it (a service's, `cluster` or `layout`). */
export async function showConfiguration(
  invocation: Invocation,
  section: string | undefined,
): Promise<Result<{ readonly value: JsonValue; readonly problems: readonly Diagnostic[] }, readonly Diagnostic[]>> {
  const opened = await openSite(invocation)
  if (!opened.ok) return opened
  const { configuration, services } = opened.value
  const { clusterCfg, diagnostics } = configuration
  const problems = diagnostics.filter(isError)
  if (section === undefined) return ok({ value: clusterCfg, problems })
  const value = Object.hasOwn(clusterCfg, section) ? clusterCfg[section] : services.has(section) ? {} : undefined
  if (value !== undefined) return ok({ value, problems })
  const known = [...new Set([...Object.keys(clusterCfg), ...services.keys()])]
  return err([diagnostic('unknown-service', { name: section, nearest: nearest(section, known) })])
}
