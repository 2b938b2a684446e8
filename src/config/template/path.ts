import type { Path } from './ast.ts'
import { isScoped } from './ast.ts'
import type { Loop, Scope } from './scope.ts'
import type { Value } from './value.ts'
import { member, UNKNOWN } from './value.ts'

/** A segment of a path that nothing is named after. */
export interface Miss {
  readonly path: Path
  /** Which of `path.parts`; -1 for a `../` that leads out of the template. */
  readonly index: number
  readonly scope: Scope
  /** What was looked into; `undefined` for a path that has no beginning. */
  readonly container: Value
}

/** What becomes of a segment that is not there. */
export interface PathListener {
  /** It is a mistake. */
  readonly miss: (miss: Miss) => void
  /** Nobody knows: whether this map would have it depends on what could not be read. */
  readonly isIncomplete: (container: Value, name: string) => boolean
  /** It is there, and was reported to be wrong. */
  readonly isDoubtful: (container: Value, name: string) => boolean
}

/**
 * The value of a path. A segment that is not there is reported, and the value is unknown; the last one may be absent
 * where `optional` says so. Unlike in Handlebars, no segment of a path is looked up in nothing silently.
 */
export function resolvePath(path: Path, scope: Scope, optional: boolean, listener: PathListener): Value {
  const last = path.parts.length - 1
  const start = beginning(path, scope)
  if ('missing' in start) {
    const { index, container } = start.missing
    if (listener.isIncomplete(container, path.parts[index] ?? '')) return UNKNOWN
    if (optional && index === last && last === 0) return undefined
    listener.miss({ path, scope, index, container })
    return UNKNOWN
  }
  let { value } = start
  if (start.container !== undefined && listener.isDoubtful(start.container, path.parts[0] ?? '')) return UNKNOWN
  for (let index = start.next; index <= last; index += 1) {
    if (value === UNKNOWN) return UNKNOWN
    const name = path.parts[index] ?? ''
    const found = member(value, name)
    if (found === undefined) {
      if (listener.isIncomplete(value, name)) return UNKNOWN
      if (optional && index === last) return undefined
      listener.miss({ path, scope, index, container: value })
      return UNKNOWN
    }
    if (listener.isDoubtful(value, name)) return UNKNOWN
    value = found.value
  }
  return value
}

type Beginning =
  /** `container`: what the first segment was looked up in. */
  | { readonly value: Value; readonly next: number; readonly container?: Value }
  | { readonly missing: { readonly index: number; readonly container: Value } }

/** Where a path begins, and the first of its segments that are still to be looked up there. */
function beginning(path: Path, scope: Scope): Beginning {
  const [first = ''] = path.parts
  if (path.data) return loopVariable(path, scope, first)
  let here: Scope = scope
  for (let depth = 0; depth < path.depth; depth += 1) {
    if (here.outer === undefined) return { missing: { index: -1, container: undefined } }
    here = here.outer
  }
  if (path.parts.length === 0) return { value: here.context, next: 0 }
  if (path.depth === 0 && !isScoped(path) && scope.names.has(first)) return { value: scope.names.get(first), next: 1 }
  if (here.context === UNKNOWN) return { value: UNKNOWN, next: 0 }
  const found = member(here.context, first)
  if (found !== undefined) return { value: found.value, next: 1, container: here.context }
  return { missing: { index: 0, container: here.context } }
}

function loopVariable({ depth }: Path, scope: Scope, name: string): Beginning {
  if (name === 'root' && depth === 0) return { value: scope.root, next: 1 }
  const variables = loopAt(scope, depth)?.variables
  if (variables?.has(name)) return { value: variables.get(name), next: 1 }
  return { missing: { index: 0, container: undefined } }
}

/** The loop that `@../` of the given depth means. */
export function loopAt(scope: Scope, depth: number): Loop | undefined {
  let loop: Loop | undefined = scope.loop
  for (let level = 0; level < depth; level += 1) loop = loop?.outer
  return loop
}
