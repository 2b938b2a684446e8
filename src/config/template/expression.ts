import { nearest } from '../nearest.ts'
import type { Expression, Hash, Mustache, Path, Place } from './ast.ts'
import { helperName, writtenAs } from './ast.ts'
import type { Budget } from './budget.ts'
import { sizeOf } from './budget.ts'
import { FUNCTIONS, Misuse, type TemplateFunction, TOO_LONG } from './functions.ts'
import type { Argument, LazyFunction } from './lazy-functions.ts'
import { LAZY_FUNCTIONS } from './lazy-functions.ts'
import type { PathListener } from './path.ts'
import { resolvePath } from './path.ts'
import type { TemplateProblem } from './problem.ts'
import type { Scope } from './scope.ts'
import type { Gaps } from './supplier.ts'
import { explainMiss } from './unknown-name.ts'
import type { Value } from './value.ts'
import { UNKNOWN } from './value.ts'

export type Report = (problem: TemplateProblem) => void

/** Helpers that only stand at the head of a block. */
const BLOCKS = ['each', 'if', 'unless', 'with'] as const
export type BlockName = (typeof BLOCKS)[number]
const HELPERS: readonly string[] = [...BLOCKS, ...Object.keys(FUNCTIONS), ...Object.keys(LAZY_FUNCTIONS)].sort()

export const isBlockName = (name: string): name is BlockName => (BLOCKS as readonly string[]).includes(name)
export const isHelper = (name: string | undefined): boolean => name !== undefined && HELPERS.includes(name)

/** A helper with its arguments, as a mustache, a block's head and a subexpression all have them. */
export type CallNode = Pick<Mustache, 'path' | 'params' | 'hash' | 'loc'>

export interface ExpressionsInput {
  readonly report: Report
  readonly budget: Budget
  readonly incomplete: Gaps
}

/**
 * Evaluates expressions. A problem is reported once, where it is, and the value is `UNKNOWN` from there on.
 * `optional`: the last segment of a path may be absent here.
 */
export class Expressions {
  /** Whether some value could not be had. */
  foundUnknown = false
  /** In a loop the same place comes up with each item, and to say what was meant there takes time. */
  private readonly reported = new Set<object>()
  private readonly listener: PathListener

  constructor(private readonly input: ExpressionsInput) {
    this.listener = {
      miss: (miss) => this.problem(miss.path, () => ({ kind: 'unknown-name', miss, unknown: explainMiss(miss) })),
      isIncomplete: (container, name) => this.unknownIf(input.incomplete.has(container, name)),
      isDoubtful: (container, name) => this.unknownIf(input.incomplete.isDoubtful?.(container, name) ?? false),
    }
  }

  private unknownIf(isUnknown: boolean): boolean {
    if (isUnknown) this.foundUnknown = true
    return isUnknown
  }

  value(expression: Expression, scope: Scope, optional: boolean): Value {
    switch (expression.type) {
      case 'PathExpression':
        return resolvePath(expression, scope, optional, this.listener)
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

  call(node: CallNode, scope: Scope, optional: boolean): Value {
    const { params, hash, loc } = node
    const path = node.path as Path
    const name = helperName(path) ?? writtenAs(path)
    if (isBlockName(name)) return this.misuse(name, `is a block: {{#${name} …}}…{{/${name}}}`, loc)
    const eager = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined
    const lazy = Object.hasOwn(LAZY_FUNCTIONS, name) ? LAZY_FUNCTIONS[name] : undefined
    const helper = eager ?? lazy
    if (helper === undefined) {
      const [next] = params
      if (next !== undefined && isRightAfter(next.loc, path.loc)) return this.misplacedDots(next.loc)
      return this.unknownHelper(name, path.loc)
    }
    if (params.length < helper.least || params.length > helper.most) return this.wrongCount(name, helper, node)
    const options = this.options(name, eager?.options ?? [], hash, scope)
    if ([...options.values()].includes(UNKNOWN)) return UNKNOWN
    const args = params.map(
      (param): Argument =>
        (optional) =>
          this.value(param as Expression, scope, optional),
    )
    if (!this.input.budget.spend(1)) return UNKNOWN
    const result = lazy ? lazy.apply(args, optional) : eager && this.applyEagerly(eager, args, options)
    if (result === TOO_LONG) {
      this.input.budget.allows(Number.POSITIVE_INFINITY)
      return UNKNOWN
    }
    if (typeof result === 'string' && !this.input.budget.allows(result.length)) return UNKNOWN
    return result instanceof Misuse ? this.misuse(name, result.message, placeOf(result, node)) : result
  }

  private applyEagerly(
    helper: TemplateFunction,
    args: readonly Argument[],
    options: ReadonlyMap<string, Value>,
  ): ReturnType<TemplateFunction['apply']> | typeof UNKNOWN {
    const values = args.map((argument) => argument(false))
    if (values.includes(UNKNOWN)) return UNKNOWN
    const size = values.reduce((sum: number, value) => sum + sizeOf(value), 0)
    if (!this.input.budget.spend(size * (helper.effort ?? 1))) return UNKNOWN
    return helper.apply(values, options)
  }

  /** The `name=value` arguments of a helper. */
  options(helper: string, known: readonly string[], hash: Hash | undefined, scope: Scope): ReadonlyMap<string, Value> {
    const options = new Map<string, Value>()
    for (const { key, value, loc } of hash?.pairs ?? []) {
      if (known.includes(key)) options.set(key, this.value(value as Expression, scope, false))
      else this.misuse(helper, unknownOption(key, known), loc)
    }
    return options
  }

  misuse(helper: string, message: string, place: Place): typeof UNKNOWN {
    return this.problem(place, () => ({ kind: 'misuse', helper, message, place }))
  }

  /** `config..port` reads as a call of `config` with two values. */
  private misplacedDots(place: Place): typeof UNKNOWN {
    const message = 'a path has one "." between two names: ".." only begins it'
    return this.problem(place, () => ({ kind: 'unsupported', message, place }))
  }

  unknownHelper(name: string, place: Place): typeof UNKNOWN {
    return this.problem(place, () => {
      return { kind: 'unknown-helper', name, nearest: nearest(name, HELPERS), available: HELPERS, place }
    })
  }

  problem(node: object, describe: () => TemplateProblem): typeof UNKNOWN {
    this.foundUnknown = true
    if (!this.reported.has(node)) {
      this.reported.add(node)
      this.input.report(describe())
    }
    return UNKNOWN
  }

  private wrongCount(
    name: string,
    { usage, least, most }: TemplateFunction | LazyFunction,
    node: CallNode,
  ): typeof UNKNOWN {
    const { params, path } = node
    const allowed =
      least === most ? values(least) : most === 100 ? `at least ${values(least)}` : `${least} or ${values(most)}`
    const place = (params.length > most ? params[most] : undefined)?.loc ?? path.loc
    return this.misuse(name, `takes ${allowed}, and got ${params.length || 'none'}: {{${usage}}}`, place)
  }
}

const isRightAfter = ({ start }: Place, { end }: Place): boolean =>
  start.line === end.line && start.column === end.column

const values = (count: number): string => (count === 1 ? '1 value' : `${count} values`)

function unknownOption(key: string, known: readonly string[]): string {
  return known.length === 0
    ? `takes no ${key}=…`
    : `takes no ${key}=…, only ${known.map((one) => `${one}=…`).join(' and ')}`
}

function placeOf({ at }: Misuse, { params, hash, loc }: CallNode): Place {
  if (typeof at === 'number') return params[at]?.loc ?? loc
  return hash?.pairs.find(({ key }) => key === at)?.value.loc ?? loc
}
