import { resolve } from 'node:path'
import { select } from '../engine/selection.ts'
import { writeRendered } from '../io/staging/rendered-output.ts'
import { type Diagnostic, diagnostic } from '../model/diagnostic.ts'
import type { RenderedService } from '../model/rendered.ts'
import { err, ok, type Result } from '../model/result.ts'
import { openFollowing } from './followers/request-followers.ts'
import type { Invocation } from './invocation.ts'
import { openSite } from './project/site.ts'
import { renderSelection } from './rendering/render-selection.ts'
import { weigh } from './weigh.ts'

export interface RenderFilesRequest {
  readonly names: readonly string[]
  readonly all: boolean
  /** Where to write the deploy directories; `undefined`: nowhere. Relative to the working directory. */
  readonly directory: string | undefined
  /** Leaves secrets in it as they are. */
  readonly reveal?: boolean
}

/** Renders the named services as their next start would, and writes the result where it is asked for. */
export async function renderFiles(
  invocation: Invocation,
  request: RenderFilesRequest,
): Promise<Result<readonly RenderedService[], readonly Diagnostic[]>> {
  const opened = await openSite(invocation)
  if (!opened.ok) return opened
  const site = opened.value
  const all = [...site.services.values()].map((service) => ({ ...service, state: undefined }))
  const unnamed = request.names.length === 0 && !request.all
  const selection = unnamed
    ? { names: [], problems: [diagnostic('no-names', { command: 'service render' })] }
    : select(request, all)
  const selected = new Set(selection.names)
  const { deploymentsFor } = openFollowing(site, { selected, skip: new Set() })
  const rendering = await renderSelection(site, invocation, selected, { deploymentsFor })
  const found = [...selection.problems, ...site.diagnostics, ...rendering.diagnostics]
  const { blocking, warnings } = weigh(found, rendering.concerned, site.project)
  if (blocking.length > 0) return err([...blocking, ...warnings])
  const ofSelected = [...rendering.rendered.values()].filter((one) => selected.has(one.service.name))
  const rendered = request.reveal ? ofSelected : ofSelected.map(masked)
  if (request.directory !== undefined) writeRendered(resolve(invocation.cwd, request.directory), rendered)
  return ok(rendered)
}

function masked(rendered: RenderedService): RenderedService {
  const { secrets, files, outputs } = rendered
  if (secrets.isEmpty) return rendered
  return {
    ...rendered,
    files: files.map((file) => ('content' in file ? { ...file, content: secrets.mask(file.content) } : file)),
    outputs: secrets.maskData(outputs),
  }
}
