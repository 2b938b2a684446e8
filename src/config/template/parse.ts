import type Handlebars from 'handlebars'
import type { Result } from '../../model/result.ts'
import { err, ok } from '../../model/result.ts'
import type { Program } from './ast.ts'
import { readPlainTemplate } from './plain-template.ts'
import type { TemplateSyntaxError } from './structure.ts'
import { checkBlocks, DEPTH_LIMIT, findTooDeep, TOO_DEEP } from './structure.ts'
import type { Parser } from './tag-problem.ts'
import { describeTagProblem } from './tag-problem.ts'
import type { Tag } from './tags.ts'
import { scanTags } from './tags.ts'

/** Of more problems than this in one template nobody reads on. */
const PROBLEM_LIMIT = 20
/** How many tags of a template that cannot be read are parsed by themselves. */
const TAG_LIMIT = 2000

/**
 * Parses a template. The parser stops at its first error: then blocks are checked on their own, and every tag is parsed
 * by itself, so that all mistakes come out together, in the order of the text.
 */
export function parseTemplate(
  handlebars: typeof Handlebars,
  text: string,
): Result<Program, readonly TemplateSyntaxError[]> {
  const plain = readPlainTemplate(text)
  if (plain !== undefined) return ok(withoutWhiteSpace(handlebars, plain))
  if (mayBeDeep(text)) {
    const deep = findTooDeep(text, scanTags(text))
    if (deep !== undefined) return err([deep])
  }
  try {
    return ok(handlebars.parse(text))
  } catch (error) {
    if (error instanceof RangeError) return err([{ message: TOO_DEEP, start: 0, end: 1 }])
    return err(findProblems(handlebars, text, error as Error))
  }
}

/** Takes away the white space beside blocks, which Handlebars does with what it is handed as read already. */
const withoutWhiteSpace = (handlebars: typeof Handlebars, program: Program): Program =>
  handlebars.parse(program as unknown as string)

/** Most templates are too small for any depth, and need not be read twice. */
const mayBeDeep = (text: string): boolean => text.length > DEPTH_LIMIT

function findProblems(handlebars: typeof Handlebars, text: string, error: Error): readonly TemplateSyntaxError[] {
  const { Parser: parser } = handlebars as unknown as { Parser: Parser }
  const first = describeTagProblem(error, parser, text, 0)
  const tags = [...scanTags(text)]
  const inTags: TemplateSyntaxError[] = []
  const known = new Map<string, TemplateSyntaxError | undefined>()
  for (const tag of tags.slice(0, TAG_LIMIT)) {
    if (tag.isUnclosed || inTags.length === PROBLEM_LIMIT) continue
    const problem = problemInTag(handlebars, parser, text, tag, known)
    if (problem !== undefined) inTags.push(problem)
  }
  const all = [...checkBlocks(tags), ...inTags].sort((a, b) => a.start - b.start)
  return all.length === 0 ? [first] : all.slice(0, PROBLEM_LIMIT)
}

/** Parses one tag, completed to what it needs to be one by itself. The same tag twice is parsed once. */
function problemInTag(
  handlebars: typeof Handlebars,
  parser: Parser,
  text: string,
  tag: Tag,
  known: Map<string, TemplateSyntaxError | undefined>,
): TemplateSyntaxError | undefined {
  const written = text.slice(tag.start, tag.end)
  if (!known.has(written)) known.set(written, parseTag(handlebars, parser, written, tag))
  const problem = known.get(written)
  return problem && { ...problem, start: problem.start + tag.start, end: problem.end + tag.start }
}

function parseTag(
  handlebars: typeof Handlebars,
  parser: Parser,
  written: string,
  { kind, word }: Tag,
): TemplateSyntaxError | undefined {
  const before = kind === 'else' || kind === 'close' ? `{{#${kind === 'close' ? word : 'if'} x}}` : ''
  const after = kind === 'open' ? `{{/${word}}}` : kind === 'else' ? '{{/if}}' : ''
  try {
    handlebars.parse(before + written + after)
    return undefined
  } catch (error) {
    const problem = describeTagProblem(error as Error, parser, before + written, -before.length)
    return problem.start < 0 ? { ...problem, start: 0, end: written.length } : problem
  }
}
