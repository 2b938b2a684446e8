import { append } from '../../model/append.ts'
import type { Range } from './source-text.ts'
import type { Tag } from './tags.ts'

/** What keeps a template from being read. */
export interface TemplateSyntaxError extends Range {
  readonly message: string
  readonly related?: Range & { readonly note: string }
}

/** Deeper than any template that a person wrote: the parser copies its stack at every step, and all walks recurse. */
export const DEPTH_LIMIT = 200
export const TOO_DEEP = `nested more than ${DEPTH_LIMIT} levels deep`

interface OpenBlock {
  readonly tag: Tag
  /** Its bare `{{else}}`. */
  otherwise?: Tag
}

/** All blocks that are not closed, are closed by another's end, or end or go on without having begun. */
export function checkBlocks(tags: Iterable<Tag>): TemplateSyntaxError[] {
  const problems: TemplateSyntaxError[] = []
  const open: OpenBlock[] = []
  // The end of a block that was reported already may still come.
  const reported = new Map<string, number>()
  for (const tag of tags) {
    if (tag.isUnclosed) problems.push({ start: tag.start, end: tag.end, message: unclosedTag(tag) })
    // Without a name it is wrong in itself.
    else if (tag.word === '' && (tag.kind === 'open' || tag.kind === 'close')) continue
    else if (tag.kind === 'open') open.push({ tag })
    else if (tag.kind === 'else') append(problems, checkElse(tag, open.at(-1)))
    else if (tag.kind === 'close') append(problems, close(tag, open, reported))
  }
  append(
    problems,
    open.map((block) => at(block.tag, `${written(block.tag)} is never closed`)),
  )
  return problems
}

const unclosedTag = ({ kind, word }: Tag): string =>
  kind === 'open' && word === '' ? 'this raw block is never closed' : 'this {{ is never closed'

function close(tag: Tag, open: OpenBlock[], reported: Map<string, number>): TemplateSyntaxError[] {
  const index = open.findLastIndex((block) => block.tag.word === tag.word)
  if (index >= 0) {
    return open
      .splice(index)
      .slice(1)
      .map((block) => {
        count(reported, block.tag.word, 1)
        return at(block.tag, `${written(block.tag)} is never closed`, tag, `${ending(tag)} comes before its end`)
      })
  }
  if ((reported.get(tag.word) ?? 0) > 0) {
    count(reported, tag.word, -1)
    return []
  }
  const last = open.pop()
  if (last === undefined) return [at(tag, 'this closes a block that is not open')]
  count(reported, last.tag.word, 1)
  return [at(last.tag, `${written(last.tag)} is closed by ${ending(tag)}`, tag, `${ending(tag)} stands here`)]
}

function count(counts: Map<string, number>, word: string, by: number): void {
  counts.set(word, (counts.get(word) ?? 0) + by)
}

function checkElse(tag: Tag, block: OpenBlock | undefined): TemplateSyntaxError[] {
  if (block === undefined) return [at(tag, '{{else}} outside of a block')]
  const first = block.otherwise
  if (first !== undefined) {
    return [at(tag, `a second {{else}} in ${written(block.tag)}`, first, 'the first one')]
  }
  if (tag.word === '') block.otherwise = tag
  return []
}

/** The tag that goes deeper than `DEPTH_LIMIT`, chains of `{{else if}}` and parentheses included. */
export function findTooDeep(text: string, tags: Iterable<Tag>): TemplateSyntaxError | undefined {
  const levels: number[] = []
  let depth = 0
  for (const tag of tags) {
    if (tag.kind === 'open') levels.push(1)
    else if (tag.kind === 'else' && tag.word !== '') levels.push((levels.pop() ?? 0) + 1)
    if (tag.kind === 'open' || (tag.kind === 'else' && tag.word !== '')) depth += 1
    if (tag.kind === 'close') depth -= levels.pop() ?? 0
    const isDeep = depth > DEPTH_LIMIT || deepestParenthesis(text, tag) > DEPTH_LIMIT
    if (isDeep) return at(tag, TOO_DEEP)
  }
  return undefined
}

function deepestParenthesis(text: string, { start, end }: Range): number {
  let depth = 0
  let deepest = 0
  for (let index = start; index < end; index += 1) {
    if (text[index] === '(') depth += 1
    else if (text[index] === ')') depth -= 1
    deepest = Math.max(deepest, depth)
  }
  return deepest
}

const written = ({ word }: Tag): string => `{{#${word}}}`
const ending = ({ word }: Tag): string => `{{/${word}}}`

function at({ start, end }: Tag, message: string, other?: Tag, note = ''): TemplateSyntaxError {
  const related = other && { start: other.start, end: other.end, note }
  return { start, end, message, ...(related && { related }) }
}
