import { join } from 'node:path'
import { readOptional } from '../io/project-scan.ts'
import { type Diagnostic, diagnostic, isError } from '../model/diagnostic.ts'
import type { Applied } from '../model/record.ts'
import type { RenderedService } from '../model/rendered.ts'
import type { Invocation } from './invocation.ts'
import { renderSelection } from './render-selection.ts'
import { type BareSite, openSite } from './site.ts'

/**
 * Warns of services whose ending script in the project is not the one that they were started with, which is the one that
 * runs. Says nothing where the project cannot be read or rendered: ending services does not depend on that.
 */
export async function appliedDifferences(
  invocation: Invocation,
  { cluster, services, settings }: BareSite,
  names: readonly string[],
  verb: 'stop' | 'delete',
): Promise<readonly Diagnostic[]> {
  const started = names.filter((name) => services.has(name) && cluster.records.read(name)?.applied)
  if (settings === undefined || started.length === 0) return []
  const opened = await openSite(invocation)
  if (!opened.ok || opened.value.diagnostics.some((one) => one.code === 'cycle')) return []
  const site = opened.value
  const { rendered, diagnostics } = await renderSelection(site, invocation, new Set(started))
  const broken = new Set([...site.diagnostics, ...diagnostics].filter(isError).map((one) => one.service))
  return started.flatMap((name) => {
    const applied = cluster.records.read(name)?.applied
    const current = rendered.get(name)
    if (!applied || current === undefined || broken.has(name)) return []
    const script = scriptOf(applied.scripts, verb)
    const differs = script !== undefined && textOf(current, script) !== appliedText(applied, script)
    return differs
      ? [diagnostic('applied-differs', { service: name, script }, { service: name, severity: 'warning' })]
      : []
  })
}

const scriptOf = (scripts: Applied['scripts'], verb: 'stop' | 'delete'): string | undefined =>
  verb === 'delete' ? (scripts.delete ?? scripts.stop) : scripts.stop

function textOf({ files }: RenderedService, script: string): string | undefined {
  const file = files.find((one) => one.path === script)
  if (file === undefined || 'content' in file) return file?.content
  const text = readOptional(file.source)
  return text.ok ? text.value : undefined
}

function appliedText({ deployDirectory }: Applied, script: string): string | undefined {
  const text = readOptional(join(deployDirectory, script))
  return text.ok ? text.value : undefined
}
