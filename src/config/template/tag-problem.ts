import type { TemplateSyntaxError } from './structure.ts'

/** What is used of the parser that jison generated. */
export interface Parser {
  readonly lexer: {
    readonly matched: string
    readonly match: string
  }
}

/**
 * Words for a parse error inside of a tag. The parser tells no column and quotes its own tables; where it stopped is
 * asked of its lexer.
 *
 * @param offset where the text that was parsed begins in the template
 */
export function describeTagProblem(error: Error, parser: Parser, text: string, offset: number): TemplateSyntaxError {
  const path = /^Invalid path: (\S+)/.exec(error.message)?.[1]
  if (path !== undefined) {
    const start = Math.max(0, text.indexOf(path))
    return { message: `".." and "this" only begin a path: ${path}`, ...range(offset + start, path.length) }
  }
  const { match, matched } = parser.lexer
  const stopped = Math.min(matched.length - match.length, text.length)
  // The first of two is taken for that of name=value.
  const start = text.startsWith('==', stopped - 1) ? stopped - 1 : stopped
  const rest = text.slice(start)
  const shown = match.split('\n', 1)[0]?.trim() ?? ''
  const token = /got '([^']*)'$/.exec(error.message)?.[1]
  const place = range(offset + start, shown.length)
  if (/^\{\{\{?[~&]?\s*$/.test(text.slice(0, start)) && /^\s*~?\}\}/.test(rest)) {
    return { message: 'there is no name in it (\\{{ prints {{ itself)', ...range(offset, text.length) }
  }
  const nul = text.indexOf('\0')
  if (nul >= 0) return { message: 'a NUL character', ...range(offset + nul, 1) }
  if (shown === '') return { message: 'it cannot be read', ...place }
  if (/^~?\}\}/.test(shown)) {
    const paren = unclosedParenthesis(text.slice(0, start))
    if (paren !== undefined) return { message: 'this ( is never closed', ...range(offset + paren, 1) }
  }
  if (/^["']/.test(rest) && token === 'INVALID') return { message: 'this quote is never closed', ...place }
  return { message: `unexpected \`${shown}\`${hintFor(shown, token, text.slice(0, start), rest)}`, ...place }
}

const range = (start: number, length: number) => ({ start, end: start + Math.max(1, length) })

/** What people write who come from other languages, and what it is called here. */
const FOREIGN: readonly (readonly [RegExp, string])[] = [
  [/^(?:==|=\s*=)/, 'compare with (eq a b)'],
  [/^!=/, 'compare with (ne a b)'],
  [/^&&/, 'write (and a b)'],
  [/^\|\|/, 'write (or a b)'],
  [/^!/, 'write (not a)'],
  [/^[<>+*/%?]/, 'there are no operators: compute it in config/<component>.mjs'],
  [/^\|/, 'a helper stands before its value: {{json value}}'],
]

function hintFor(shown: string, token: string | undefined, before: string, rest: string): string {
  if (/^\}{3}/.test(shown) && !before.startsWith('{{{')) return ' (put a space between `}}` and `}`)'
  const quoted = /^[\p{L}\p{N}_-]*\[(["'])([^"'\]]*)\1\]/u.exec(rest)?.[2]
  if (quoted !== undefined) return ` (a member of a map is written map.${memberName(quoted)})`
  if (/^[\p{L}\p{N}_-]*\[/u.test(rest)) return ' (an item of a list is written list.[0])'
  if (token === 'NUMBER' && before.endsWith('.')) return ' (an item of a list is written list.[0])'
  const foreign = FOREIGN.find(([pattern]) => pattern.test(rest))
  if (foreign !== undefined && before.trim().length > 2) return ` (${foreign[1]})`
  // Scripts are full of other tools' braces: docker ps --format '{{.Names}}'.
  if (/\{\{[~&{]?\s*$/.test(before)) return ' (\\{{ prints {{ itself)'
  if (/=\s*\S+\s+[^\s=]*\s*$/.test(before)) return ' (name=value comes last)'
  if (!shown.startsWith('}')) return ''
  return before.startsWith('{{{') ? ' ({{{ is closed by }}})' : ' (something is missing before it)'
}

const memberName = (name: string): string => (/^[\p{L}_][\p{L}\p{N}_-]*$/u.test(name) ? name : `[${name}]`)

function unclosedParenthesis(text: string): number | undefined {
  const open: number[] = []
  for (const { 0: sign, index } of text.matchAll(/[()]/g)) {
    if (sign === '(') open.push(index)
    else open.pop()
  }
  return open.at(-1)
}
