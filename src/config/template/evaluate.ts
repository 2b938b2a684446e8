import type { JsonObject } from '../../model/json.ts'
import type { Block, Expression, Mustache, Partial, Program, Statement } from './ast.ts'
import { helperName, writtenAs } from './ast.ts'
import { Budget, OUTPUT_LIMIT, WORK_LIMIT } from './budget.ts'
import type { BlockName, Report } from './expression.ts'
import { Expressions, isBlockName, isHelper } from './expression.ts'
import type { Segment } from './output.ts'
import { Output } from './output.ts'
import { safetyOf } from './safety.ts'
import type { Scope } from './scope.ts'
import { inLoop, innerScope, rootScope } from './scope.ts'
import type { Gaps } from './supplier.ts'
import type { Value } from './value.ts'
import { asText, isTruthy, typeOfValue, UNKNOWN } from './value.ts'

/** Helpers that also may head a block, which then stands or falls with their answer. */
const CONDITIONS: ReadonlySet<string> = new Set(['and', 'eq', 'in', 'ne', 'not', 'or'])

export interface EvaluationInput {
  readonly context: JsonObject
  readonly incomplete: Gaps
  readonly report: Report
  /** Whether to keep which part of the template each part of the output came from. */
  readonly isTraced: boolean
}

export interface Evaluated {
  readonly text: string
  /** In the order of the text; empty unless it was traced. */
  readonly segments: readonly Segment[]
  /** Every value could be had. */
  readonly isComplete: boolean
}

/**
 * Walks a template's syntax tree and prints it. Handlebars' own runtime is not used: it neither is strict inside
 * arguments and block heads nor tells where a name is, and compiling a template costs more than walking it once.
 * A problem is reported and what depends on it is skipped, so that one pass finds them all.
 */
export function evaluate(program: Program, input: EvaluationInput): Evaluated {
  const evaluation = new Evaluation(input)
  evaluation.run(program, rootScope(input.context))
  return evaluation.end()
}

class Evaluation {
  private readonly budget = new Budget()
  private readonly expressions: Expressions
  private readonly output: Output
  /** The statement that is being carried out: who takes too much is found there. */
  private current: Statement | undefined

  constructor(private readonly input: EvaluationInput) {
    const { report, incomplete } = input
    this.expressions = new Expressions({ report, incomplete, budget: this.budget })
    this.output = new Output(this.budget, input.isTraced)
  }

  end(): Evaluated {
    const { text, segments } = this.output
    if (text.length * 3 > OUTPUT_LIMIT) this.budget.allows(Buffer.byteLength(text))
    const { exceeded } = this.budget
    if (exceeded !== undefined && this.current !== undefined) {
      const limit = exceeded === 'output' ? OUTPUT_LIMIT : WORK_LIMIT
      this.input.report({ kind: 'too-large', what: exceeded, limit, place: this.current.loc })
    }
    const isComplete = exceeded === undefined && !this.expressions.foundUnknown
    return { text: exceeded === undefined ? text : '', segments, isComplete }
  }

  run(body: Program | undefined, scope: Scope): void {
    for (const statement of (body?.body ?? []) as Statement[]) {
      if (!this.budget.spend(1)) return
      this.current = statement
      this.statement(statement, scope)
      if (this.budget.exceeded !== undefined) return
    }
  }

  private statement(statement: Statement, scope: Scope): void {
    switch (statement.type) {
      case 'ContentStatement':
        this.output.write(statement.value, statement, () => 'harmless')
        break
      case 'CommentStatement':
        break
      case 'MustacheStatement':
        this.print(statement, scope)
        break
      case 'BlockStatement':
        this.block(statement, scope)
        break
      case 'PartialStatement':
      case 'PartialBlockStatement':
        this.partial(statement)
        break
      default: {
        const { loc: place } = statement as Statement
        const message = 'decorators and inline partials are not supported'
        this.expressions.problem(statement, () => ({ kind: 'unsupported', message, place }))
      }
    }
  }

  private partial({ name, loc }: Partial): void {
    const place = name.loc ?? loc
    this.expressions.problem(name, () => ({ kind: 'unknown-partial', name: writtenAs(name as Expression), place }))
  }

  private print(mustache: Mustache, scope: Scope): void {
    const path = mustache.path as Expression
    const isCall = mustache.params.length > 0 || mustache.hash !== undefined || isHelper(helperName(path))
    const value = isCall ? this.expressions.call(mustache, scope, false) : this.expressions.value(path, scope, false)
    if (value === UNKNOWN || value === undefined) return
    const text = asText(value)
    if (text === undefined) {
      this.expressions.misuse(writtenAs(path), `is ${typeOfValue(value)}: print it with json or yaml`, path.loc)
      return
    }
    this.output.write(text, mustache, (one) => safetyOf(one as Parameters<typeof safetyOf>[0], value, scope))
  }

  private block(block: Block, scope: Scope): void {
    const name = helperName(block.path)
    if (name !== undefined && isBlockName(name)) this.builtin(name, block, scope)
    else if (name !== undefined && CONDITIONS.has(name)) {
      this.checkParameters(block, name, 0)
      this.branch(block, this.expressions.call(block, scope, false), scope)
    } else if (name !== undefined && isHelper(name)) {
      this.expressions.misuse(name, 'does not head a block', block.path.loc)
    } else if (block.params.length > 0 || block.hash !== undefined) {
      this.expressions.unknownHelper(writtenAs(block.path), block.path.loc)
    } else this.section(block, scope)
  }

  /** `{{#name}}…{{/name}}`: for each item of a list, with a map, or if it is true. */
  private section(block: Block, scope: Scope): void {
    const value = this.expressions.value(block.path, scope, false)
    if (Array.isArray(value)) this.each(block, block.path, value, scope)
    else if (typeof value !== 'object' || value === null) this.branch(block, value, scope)
    else this.with(block, block.path, value, scope)
  }

  private builtin(name: BlockName, block: Block, scope: Scope): void {
    const isCondition = name === 'if' || name === 'unless'
    const [head, extra] = block.params as Expression[]
    if (head === undefined || extra !== undefined) {
      const message = `takes 1 value, and got ${block.params.length || 'none'}: {{#${name} value}}`
      this.expressions.misuse(name, message, extra?.loc ?? block.path.loc)
      return
    }
    this.checkParameters(block, name, name === 'each' ? 2 : name === 'with' ? 1 : 0)
    const options = this.expressions.options(name, isCondition ? ['includeZero'] : [], block.hash, scope)
    const value = this.expressions.value(head, scope, isCondition)
    if (value === UNKNOWN) return
    if (name === 'each') {
      this.each(block, head, value, scope)
      return
    }
    const truth = isTruthy(value) || (value === 0 && (!isCondition || isTruthy(options.get('includeZero'))))
    if (name === 'with') {
      if (truth) this.with(block, head, value, scope)
      else this.run(block.inverse, scope)
    } else this.branch(block, name === 'if' ? truth : !truth, scope)
  }

  /** `as |a b|`: more names than the block gives values for would stand for nothing. */
  private checkParameters({ path, program, inverse }: Block, name: string, most: number): void {
    const parameters = (program ?? inverse)?.blockParams ?? []
    const extra = parameters[most]
    if (extra === undefined) return
    const given =
      most === 0 ? 'gives no value a name' : `names at most ${most === 1 ? 'its value' : 'an item and its key'}`
    const message = `${given}: leave out "${extra}"`
    this.expressions.problem(parameters, () => ({
      kind: 'misuse',
      helper: name,
      message,
      place: path.loc,
      parameter: extra,
    }))
  }

  private branch(block: Block, value: Value, scope: Scope): void {
    if (value !== UNKNOWN) this.run(isTruthy(value) ? block.program : block.inverse, scope)
  }

  private with(block: Block, head: Expression, value: Value, scope: Scope): void {
    const origin = { head, item: undefined, parameters: block.program?.blockParams ?? [] }
    this.run(block.program, innerScope(scope, value, origin, [value]))
  }

  private each(block: Block, head: Expression, value: Value, scope: Scope): void {
    if (typeof value !== 'object' && value !== undefined) {
      this.expressions.misuse('each', `takes a list or a map, and this is ${typeOfValue(value)}`, head.loc)
      return
    }
    const keys = Object.keys(value ?? {})
    if (keys.length === 0) this.run(block.inverse, scope)
    const parameters = block.program?.blockParams ?? []
    for (const [index, key] of keys.entries()) {
      if (!this.budget.spend(2)) return
      this.current = block
      const item = (value as Readonly<Record<string, Value>>)[key]
      const shown = Array.isArray(value) ? index : key
      const inner = innerScope(scope, item, { head, item: key, parameters }, [item, shown])
      this.run(block.program, inLoop(inner, { index, key: shown, count: keys.length }))
    }
  }
}
