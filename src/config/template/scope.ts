import type { JsonObject } from '../../model/json.ts'
import type { Expression } from './ast.ts'
import type { Value } from './value.ts'

/** What names mean at one place of a template. */
export interface Scope {
  /** What `this` is, and where plain names are looked up. */
  readonly context: Value
  /** Where `../` leads. */
  readonly outer: Scope | undefined
  /** Block parameters: `{{#each list as |item|}}`. */
  readonly names: ReadonlyMap<string, Value>
  readonly loop: Loop | undefined
  readonly root: JsonObject
  /** The block that made it; `undefined` for the whole template. */
  readonly block: BlockOrigin | undefined
}

/** Where a block took its context from, for messages. */
export interface BlockOrigin {
  readonly head: Expression
  /** Which member of `head`, in a loop. */
  readonly item: string | undefined
  readonly parameters: readonly string[]
}

/** The `@` names inside an `each`. */
export interface Loop {
  readonly variables: ReadonlyMap<string, Value>
  /** Where `@../` leads. */
  readonly outer: Loop | undefined
}

export function rootScope(root: JsonObject): Scope {
  return { context: root, outer: undefined, names: new Map(), loop: undefined, root, block: undefined }
}

/** A scope inside `scope` whose `this` is `context`, with block parameters named after what they stand for. */
export function innerScope(scope: Scope, context: Value, block: BlockOrigin, values: readonly Value[]): Scope {
  const { parameters } = block
  let { names } = scope
  if (parameters.length > 0) {
    const inner = new Map(names)
    for (const [index, parameter] of parameters.entries()) inner.set(parameter, values[index])
    names = inner
  }
  return { context, outer: scope, names, loop: scope.loop, root: scope.root, block }
}

/** A scope with the `@` names of one round of a loop; those of the loop around it stay reachable. */
export function inLoop(
  scope: Scope,
  { index, key, count }: { readonly index: number; readonly key: string | number; readonly count: number },
): Scope {
  const variables = new Map<string, Value>([
    ['index', index],
    ['key', key],
    ['first', index === 0],
    ['last', index === count - 1],
  ])
  return { ...scope, loop: { variables, outer: scope.loop } }
}
