// The package's types give statements and expressions no common union; these are the ones that its parser makes.
import type {} from 'handlebars'

export type Program = hbs.AST.Program
export type Path = hbs.AST.PathExpression
export type Block = hbs.AST.BlockStatement
export type Mustache = hbs.AST.MustacheStatement
export type Call = hbs.AST.SubExpression
export type Partial = hbs.AST.PartialStatement | hbs.AST.PartialBlockStatement
export type Hash = hbs.AST.Hash
export type Place = hbs.AST.SourceLocation

export type Statement =
  | Mustache
  | Block
  | hbs.AST.ContentStatement
  | hbs.AST.CommentStatement
  | hbs.AST.PartialStatement
  | hbs.AST.PartialBlockStatement

export type Expression =
  | Path
  | Call
  | hbs.AST.StringLiteral
  | hbs.AST.NumberLiteral
  | hbs.AST.BooleanLiteral
  | hbs.AST.NullLiteral
  | hbs.AST.UndefinedLiteral

/** The name of a helper that a path may call: one word, not `./word`, `../word` or `@word`. */
export function helperName(path: Expression): string | undefined {
  if (path.type !== 'PathExpression' || path.data || path.depth > 0 || path.parts.length !== 1) return undefined
  return isScoped(path) ? undefined : path.parts[0]
}

/** Whether a path says `./` or `this.` and so cannot mean a block parameter or a helper. */
export const isScoped = ({ original }: Path): boolean =>
  original.startsWith('.') || (original.startsWith('this') && /^this\b/.test(original))

/** An expression as it is written, for messages. */
export const writtenAs = (expression: Expression): string =>
  'original' in expression ? String(expression.original) : '(…)'
