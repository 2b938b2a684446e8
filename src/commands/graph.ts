import { closure } from '../engine/graph.ts'
import { select } from '../engine/selection.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import { err, ok, type Result } from '../model/result.ts'
import type { GraphService } from '../ui/graph-drawing/draw-graph.ts'
import type { Invocation } from './invocation.ts'
import { openSite } from './project/site.ts'

/** The declared services with their prerequisites; with names: these and all that they need. */
export async function readGraph(
  invocation: Invocation,
  names: readonly string[],
): Promise<
  Result<
    { readonly services: readonly GraphService[]; readonly problems: readonly Diagnostic[] },
    readonly Diagnostic[]
  >
> {
  const opened = await openSite(invocation)
  if (!opened.ok) return opened
  const { services, graph, diagnostics } = opened.value
  const selectable = [...services.values()].map((service) => ({ ...service, state: undefined }))
  const selection = select({ names, all: names.length === 0 }, selectable)
  if (selection.problems.length > 0) return err(selection.problems)
  const reached = closure(graph, selection.names)
  const drawn = [...services.values()]
    .filter((service) => reached.has(service.name))
    .map(({ name, kind, prerequisites }) => ({ name, kind, prerequisites }))
  return ok({ services: drawn, problems: diagnostics.filter((one) => one.severity === 'error') })
}
