import type { JsonObject } from '../../model/json.ts'
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
}

/** The `@` names inside an `each`. */
export interface Loop {
  readonly variables: ReadonlyMap<string, Value>
  /** Where `@../` leads. */
  readonly outer: Loop | undefined
}

export function rootScope(root: JsonObject): Scope {
  return { context: root, outer: undefined, names: new Map(), loop: undefined, root }
}

/** A scope inside `scope` whose `this` is `context`, with block parameters named after what they stand for. */
export function innerScope(
  scope: Scope,
  context: Value,
  parameters: readonly string[] = [],
  values: readonly Value[] = [],
): Scope {
  const names = new Map(scope.names)
  for (const [index, parameter] of parameters.entries()) names.set(parameter, values[index])
  return { ...scope, context, outer: scope, names }
}
