import type { Document, Node } from 'yaml'
import { isScalar, LineCounter, parseDocument, Schema } from 'yaml'
import type { Diagnostic } from '../model/diagnostic.ts'
import { readPlainYaml } from './plain-yaml.ts'
import { Converter } from './yaml-converter.ts'
import type { YamlNode } from './yaml-node.ts'
import { SyntaxProblems, syntaxMessage, TOO_DEEP } from './yaml-problems.ts'

export interface ParsedYaml {
  /** `undefined` for a text without a document, and for one that could not be read. */
  readonly root: YamlNode | undefined
  readonly diagnostics: readonly Diagnostic[]
}

/** Shared by all documents: to make one takes as long as to parse a small file. */
const CORE = new Schema({ schema: 'core' })

/**
 * Reads one YAML 1.2 document (core schema, and merge keys). `file` is an absolute path, for the spans.
 * Problems: `yaml-syntax`, one a line; `duplicate-key`, which alone leaves a root. How long the text is, is limited
 * where files are read.
 */
export function parseYaml(file: string, source: string): ParsedYaml {
  const plain = readPlainYaml(file, source)
  return plain === undefined ? parseWithLibrary(file, source) : { root: plain, diagnostics: [] }
}

/** What `parseYaml` gives, whatever the text's size and form. */
export function parseWithLibrary(file: string, source: string): ParsedYaml {
  const text = withoutByteOrderMark(source)
  const lines = linesOf(text)
  const problems = new SyntaxProblems(file, lines)
  let document: Document.Parsed
  try {
    document = parseDocument(text, {
      prettyErrors: false,
      schema: CORE,
      // Compares all keys with each other; the converter finds duplicates by a set.
      uniqueKeys: false,
    })
  } catch (error) {
    // The parser recurses: nesting too deep for the stack is the one thing that it throws for.
    if (!(error instanceof RangeError)) throw error
    problems.add([0, 0], TOO_DEEP)
    return { root: undefined, diagnostics: problems.all }
  }
  const errors = [...document.errors, ...document.warnings]
  // What is missed at the end is said to be behind it.
  const inText = (offset: number): number => Math.min(offset, text.length)
  for (const error of errors) problems.add([inText(error.pos[0]), inText(error.pos[1])], syntaxMessage(error))
  const { contents } = document
  if (errors.length > 0 || contents === null || isImplicitNull(contents))
    return { root: undefined, diagnostics: problems.all }
  const converter = new Converter(file, lines, problems)
  const root = converter.convert(contents, 0)
  return { root: converter.failed ? undefined : root, diagnostics: problems.all }
}

/** The library's own count stops where it can't go on. */
function linesOf(text: string): LineCounter {
  const lines = new LineCounter()
  for (let start = 0; start !== -1; start = following(text, start)) lines.addNewLine(start)
  return lines
}

/** Where the next line begins; -1 where there is none. */
const following = (text: string, from: number): number => text.indexOf('\n', from) + 1 || -1

/** An editor shows none, so it must not count as a column. */
const withoutByteOrderMark = (text: string): string => (text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)

const isImplicitNull = (node: Node): boolean => isScalar(node) && node.value === null && !node.source
