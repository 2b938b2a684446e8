import { nearest } from '../nearest.ts'
import type { Expression, Hash, Mustache, Place } from './ast.ts'
import { helperName, writtenAs } from './ast.ts'
import { FUNCTIONS, Misuse } from './functions.ts'
import type { Argument } from './lazy-functions.ts'
import { LAZY_FUNCTIONS } from './lazy-functions.ts'
import type { UnknownName } from './path.ts'
import { resolvePath } from './path.ts'
import type { Scope } from './scope.ts'
import type { Value } from './value.ts'
import { UNKNOWN } from './value.ts'

/** What can be wrong with a template that parses. */
export type TemplateProblem =
  | { readonly kind: 'unknown-name'; readonly unknown: UnknownName }
  | {
      readonly kind: 'unknown-helper'
      readonly name: string
      readonly nearest: string | null
      readonly available: readonly string[]
      readonly place: Place
    }
  | { readonly kind: 'misuse'; readonly helper: string; readonly message: string; readonly place: Place }
  | { readonly kind: 'unsupported'; readonly message: string; readonly place: Place }

export type Report = (problem: TemplateProblem) => void

/** Helpers that only stand at the head of a block. */
const BLOCKS = ['each', 'if', 'unless', 'with'] as const
export type BlockName = (typeof BLOCKS)[number]
const HELPERS: readonly string[] = [...BLOCKS, ...Object.keys(FUNCTIONS), ...Object.keys(LAZY_FUNCTIONS)].sort()

export const isBlockName = (name: string): name is BlockName => (BLOCKS as readonly string[]).includes(name)
export const isHelper = (name: string | undefined): boolean => name !== undefined && HELPERS.includes(name)

/** A helper with its arguments, as a mustache, a block's head and a subexpression all have them. */
export type CallNode = Pick<Mustache, 'path' | 'params' | 'hash' | 'loc'>

/**
 * Evaluates expressions. A problem is reported once, where it is, and the value is `UNKNOWN` from there on.
 * `optional`: the last segment of a path may be absent here.
 */
export class Expressions {
  constructor(private readonly report: Report) {}

  value(expression: Expression, scope: Scope, optional: boolean): Value {
    switch (expression.type) {
      case 'PathExpression':
        return resolvePath(expression, scope, optional, (unknown) => this.report({ kind: 'unknown-name', unknown }))
      case 'SubExpression':
        return this.call(expression, scope, optional)
      case 'NullLiteral':
        return null
      case 'UndefinedLiteral':
        return undefined
      default:
        return expression.value
    }
  }

  call({ path, params, hash, loc }: CallNode, scope: Scope, optional: boolean): Value {
    const name = helperName(path as Expression) ?? writtenAs(path as Expression)
    if (isBlockName(name)) return this.misuse(name, `is a block: {{#${name} …}}…{{/${name}}}`, loc)
    const eager = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined
    const lazy = Object.hasOwn(LAZY_FUNCTIONS, name) ? LAZY_FUNCTIONS[name] : undefined
    const helper = eager ?? lazy
    if (helper === undefined) return this.unknownHelper(name, path.loc)
    if (params.length < helper.least || params.length > helper.most) {
      return this.misuse(name, `is used as {{${helper.usage}}}`, loc)
    }
    const options = this.options(name, eager?.options ?? [], hash, scope)
    if ([...options.values()].includes(UNKNOWN)) return UNKNOWN
    const args = params.map(
      (param): Argument =>
        (optional) =>
          this.value(param as Expression, scope, optional),
    )
    const result = lazy ? lazy.apply(args, optional) : applyEagerly(args, (values) => eager?.apply(values, options))
    return result instanceof Misuse ? this.misuse(name, result.message, loc) : result
  }

  /** The `name=value` arguments of a helper. */
  options(helper: string, known: readonly string[], hash: Hash | undefined, scope: Scope): ReadonlyMap<string, Value> {
    const options = new Map<string, Value>()
    for (const { key, value, loc } of hash?.pairs ?? []) {
      if (known.includes(key)) options.set(key, this.value(value as Expression, scope, false))
      else this.misuse(helper, `takes no ${key}=…`, loc)
    }
    return options
  }

  misuse(helper: string, message: string, place: Place): typeof UNKNOWN {
    this.report({ kind: 'misuse', helper, message, place })
    return UNKNOWN
  }

  unknownHelper(name: string, place: Place): typeof UNKNOWN {
    this.report({ kind: 'unknown-helper', name, nearest: nearest(name, HELPERS), available: HELPERS, place })
    return UNKNOWN
  }
}

function applyEagerly(args: readonly Argument[], apply: (values: readonly Value[]) => Value | Misuse): Value | Misuse {
  const values = args.map((argument) => argument(false))
  return values.includes(UNKNOWN) ? UNKNOWN : apply(values)
}
