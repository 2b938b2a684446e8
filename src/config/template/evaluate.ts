import type { Block, Expression, Mustache, Program, Statement } from './ast.ts'
import { helperName, writtenAs } from './ast.ts'
import type { BlockName, Report } from './expression.ts'
import { Expressions, isBlockName, isHelper } from './expression.ts'
import type { Scope } from './scope.ts'
import { innerScope } from './scope.ts'
import type { Value } from './value.ts'
import { asText, isTruthy, typeOfValue, UNKNOWN } from './value.ts'

/** Helpers that also may head a block, which then stands or falls with their answer. */
const CONDITIONS: ReadonlySet<string> = new Set(['and', 'eq', 'in', 'ne', 'not', 'or'])

/**
 * Walks a template's syntax tree and prints it. Handlebars' own runtime is not used: it neither is strict inside
 * arguments and block heads nor tells where a name is, and compiling a template costs more than walking it once.
 * A problem is reported and what depends on it is skipped, so that one pass finds them all.
 */
export function evaluate(program: Program, scope: Scope, report: Report): string {
  return new Evaluation(report).run(program, scope)
}

class Evaluation {
  private readonly expressions: Expressions

  constructor(private readonly report: Report) {
    this.expressions = new Expressions(report)
  }

  run(body: Program | undefined, scope: Scope): string {
    let output = ''
    for (const statement of (body?.body ?? []) as Statement[]) output += this.statement(statement, scope)
    return output
  }

  private statement(statement: Statement, scope: Scope): string {
    switch (statement.type) {
      case 'ContentStatement':
        return statement.value
      case 'CommentStatement':
        return ''
      case 'MustacheStatement':
        return this.print(statement, scope)
      case 'BlockStatement':
        return this.block(statement, scope)
      default: {
        const { loc: place } = statement as Statement
        this.report({ kind: 'unsupported', message: 'partials and decorators are not supported', place })
        return ''
      }
    }
  }

  private print(mustache: Mustache, scope: Scope): string {
    const path = mustache.path as Expression
    const isCall = mustache.params.length > 0 || mustache.hash !== undefined || isHelper(helperName(path))
    const value = isCall ? this.expressions.call(mustache, scope, false) : this.expressions.value(path, scope, false)
    if (value === UNKNOWN || value === undefined) return ''
    const text = asText(value)
    if (text !== undefined) return text
    this.expressions.misuse(writtenAs(path), `is ${typeOfValue(value)}: print it with json or yaml`, mustache.loc)
    return ''
  }

  private block(block: Block, scope: Scope): string {
    const name = helperName(block.path)
    if (name !== undefined && isBlockName(name)) return this.builtin(name, block, scope)
    if (name !== undefined && CONDITIONS.has(name)) {
      return this.branch(block, this.expressions.call(block, scope, false), scope)
    }
    if (name !== undefined && isHelper(name)) {
      this.expressions.misuse(name, 'does not head a block', block.path.loc)
      return ''
    }
    if (block.params.length > 0 || block.hash !== undefined) {
      this.expressions.unknownHelper(writtenAs(block.path), block.path.loc)
      return ''
    }
    return this.section(block, scope)
  }

  /** `{{#name}}…{{/name}}`: for each item of a list, with a map, or if it is true. */
  private section(block: Block, scope: Scope): string {
    const value = this.expressions.value(block.path, scope, false)
    if (Array.isArray(value)) return this.each(block, value, scope)
    if (typeof value !== 'object' || value === null) return this.branch(block, value, scope)
    return this.with(block, value, scope)
  }

  private builtin(name: BlockName, block: Block, scope: Scope): string {
    const isCondition = name === 'if' || name === 'unless'
    const [head] = block.params as Expression[]
    if (head === undefined || block.params.length > 1) {
      this.expressions.misuse(name, `takes one value: {{#${name} value}}`, block.path.loc)
      return ''
    }
    const options = this.expressions.options(name, isCondition ? ['includeZero'] : [], block.hash, scope)
    const value = this.expressions.value(head, scope, isCondition)
    if (value === UNKNOWN) return ''
    if (name === 'each') return this.each(block, value, scope)
    const truth = isTruthy(value) || (value === 0 && (!isCondition || isTruthy(options.get('includeZero'))))
    if (name === 'with') return truth ? this.with(block, value, scope) : this.run(block.inverse, scope)
    return this.branch(block, name === 'if' ? truth : !truth, scope)
  }

  private branch(block: Block, value: Value, scope: Scope): string {
    return value === UNKNOWN ? '' : this.run(isTruthy(value) ? block.program : block.inverse, scope)
  }

  private with(block: Block, value: Value, scope: Scope): string {
    return this.run(block.program, innerScope(scope, value, block.program?.blockParams, [value]))
  }

  private each(block: Block, value: Value, scope: Scope): string {
    if (typeof value !== 'object' && value !== undefined) {
      const place = block.params[0]?.loc ?? block.path.loc
      this.expressions.misuse('each', `takes a list or a map, and this is ${typeOfValue(value)}`, place)
      return ''
    }
    const items: [string, Value][] = Object.entries(value ?? {})
    if (items.length === 0) return this.run(block.inverse, scope)
    let output = ''
    for (const [index, [key, item]] of items.entries()) {
      const shown = Array.isArray(value) ? index : key
      const variables = new Map<string, Value>([
        ['index', index],
        ['key', shown],
        ['first', index === 0],
        ['last', index === items.length - 1],
      ])
      const inner = innerScope(scope, item, block.program?.blockParams, [item, shown])
      output += this.run(block.program, { ...inner, loop: { variables, outer: scope.loop } })
    }
    return output
  }
}
