import { join } from 'node:path'
import { endingScript } from '../engine/execute/end.ts'
import { readShown } from '../io/project/project-file.ts'
import { type Diagnostic, diagnostic } from '../model/diagnostic.ts'
import type { Applied } from '../model/record.ts'
import type { RenderedService } from '../model/rendered.ts'
import type { Invocation } from './invocation.ts'
import { type BareSite, openSiteOf } from './project/site.ts'
import { renderSound } from './rendering/render-selection.ts'

/**
 * Warns of services whose ending script in the project is not the one that they were started with, which is the one that
 * runs. Says nothing where the project cannot be read or rendered: ending services does not depend on that.
 */
export async function appliedDifferences(
  invocation: Invocation,
  { cluster, services, project }: BareSite,
  names: readonly string[],
  verb: 'stop' | 'delete',
): Promise<readonly Diagnostic[]> {
  const ended = names.flatMap((name) => {
    const record = cluster.records.read(name)
    const script = endingScript(record?.applied?.scripts ?? {}, verb, record?.phase === 'stopped')
    return record?.applied && script !== undefined && services.has(name)
      ? [{ name, script, applied: record.applied }]
      : []
  })
  if (project === undefined || ended.length === 0) return []
  const opened = await openSiteOf(project, invocation)
  if (!opened.ok) return []
  const { rendered } = await renderSound(opened.value, invocation, new Set(ended.map(({ name }) => name)))
  return ended.flatMap(({ name, script, applied }) => {
    const current = rendered.get(name)
    if (current === undefined || textOf(current, script) === appliedText(applied, script)) return []
    return [diagnostic('applied-differs', { service: name, script }, { service: name, severity: 'warning' })]
  })
}

function textOf({ files }: RenderedService, script: string): string | undefined {
  const file = files.find((one) => one.path === script)
  if (file === undefined || 'content' in file) return file?.content
  return readShown(file.source)
}

function appliedText({ deployDirectory }: Applied, script: string): string | undefined {
  return readShown(join(deployDirectory, script))
}
