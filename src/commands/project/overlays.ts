import { resolve } from 'node:path'
import type { OverlayFile, Overlays } from '../../config/cluster/configuration.ts'
import { readOptional } from '../../io/project/project-file.ts'
import type { Diagnostic } from '../../model/diagnostic.ts'
import type { Span } from '../../model/span.ts'
import { type Invocation, OVERLAY_OPTION } from '../invocation.ts'
import { missing } from './named-paths.ts'
import type { Project } from './project.ts'

/** Reads what is laid on services-configuration.yaml: the project's overlays, then those of the command line. */
export function readOverlays(
  { settings }: Pick<Project, 'settings'>,
  { cwd, overlays = [], assignments = [] }: Invocation,
): { readonly overlays: Overlays; readonly problems: readonly Diagnostic[] } {
  const problems: Diagnostic[] = []
  const read = (file: string, span: Span, fromCommandLine: boolean): OverlayFile[] => {
    const text = readOptional(file, settings.fileSizeLimit)
    // A place inside of the file says more than that of its name.
    if (!text.ok && text.error.code === 'not-text') {
      problems.push({ ...text.error, related: [{ span, note: 'named here' }] })
    } else if (!text.ok) problems.push({ ...text.error, span })
    else if (text.value === undefined) problems.push(missing('the overlay', file, span))
    else return [{ file, text: text.value, fromCommandLine }]
    return []
  }
  const ofProject = settings.overlays.flatMap(({ value, span }) => read(value, span, false))
  const listed = new Set(settings.overlays.map(({ value }) => value))
  const ofCommandLine = overlays.flatMap((given, index) => {
    const file = resolve(cwd, given)
    const start = { line: index + 1, column: 1 }
    const span = { file: OVERLAY_OPTION, start, end: { ...start, column: given.length + 1 } }
    return read(file, span, !listed.has(file))
  })
  return { overlays: { files: [...ofProject, ...ofCommandLine], assignments }, problems }
}
