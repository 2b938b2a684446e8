import type { Expression, Path } from './ast.ts'
import { isScoped } from './ast.ts'
import type { Scope } from './scope.ts'

/** The names that lead from the whole context to a value: `['config', 'db']`. */
export type Origin = readonly string[]

/** Where the first `count` segments of a path lead, seen from the root; `undefined` where a computed value lies between. */
export function originOf(path: Path, scope: Scope, count: number = path.parts.length): Origin | undefined {
  const { parts, depth, data } = path
  const [first = ''] = parts
  if (data) return first === 'root' && depth === 0 ? parts.slice(1, count) : undefined
  if (depth === 0 && !isScoped(path) && scope.names.has(first)) {
    const origin = originOfParameter(first, scope)
    return origin && [...origin, ...parts.slice(1, count)]
  }
  let here: Scope | undefined = scope
  for (let level = 0; level < depth; level += 1) here = here?.outer
  const origin = here && originOfScope(here)
  return origin && [...origin, ...parts.slice(0, count)]
}

/** As `originOf`, for what is looked up in the whole context: no block's context or parameter comes before it. */
export function originFromRoot(path: Path, scope: Scope, count: number): Origin | undefined {
  const { parts, depth, data } = path
  if (data) return originOf(path, scope, count)
  if (depth === 0 && !isScoped(path) && scope.names.has(parts[0] ?? '')) return undefined
  let here: Scope | undefined = scope
  for (let level = 0; level < depth; level += 1) here = here?.outer
  return here !== undefined && here.outer === undefined ? parts.slice(0, count) : undefined
}

function originOfScope({ outer, block }: Scope): Origin | undefined {
  if (outer === undefined || block === undefined) return []
  return memberOf(originOfExpression(block.head, outer), block.item)
}

/** The first parameter of a block stands for what its context is, any other for what has no place. */
function originOfParameter(name: string, scope: Scope): Origin | undefined {
  let here: Scope | undefined = scope
  while (here?.block !== undefined && !here.block.parameters.includes(name)) here = here.outer
  return here?.block?.parameters[0] === name ? originOfScope(here) : undefined
}

const originOfExpression = (expression: Expression, scope: Scope): Origin | undefined =>
  expression.type === 'PathExpression' ? originOf(expression, scope) : undefined

const memberOf = (origin: Origin | undefined, item: string | undefined): Origin | undefined =>
  origin === undefined || item === undefined ? origin : [...origin, item]
