import type { Document, Node } from 'yaml'
import { isScalar, Schema, YAMLParseError } from 'yaml'
import type { Diagnostic } from '../../model/diagnostic.ts'
import { readPlainYaml } from './plain-yaml.ts'
import { Converter } from './yaml-converter.ts'
import { linesOf, readDocuments } from './yaml-documents.ts'
import type { YamlNode } from './yaml-node.ts'
import { SyntaxProblems } from './yaml-problems.ts'
import { explainErrors } from './yaml-words.ts'

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
  const text = withLineFeeds(withoutByteOrderMark(source))
  const lines = linesOf(text)
  const problems = new SyntaxProblems(file, lines, text.length)
  // Unique keys: they would be compared with each other one by one; the converter finds duplicates by a map.
  // Two documents are enough to see that there is more than one.
  const reading = readDocuments(text, { schema: CORE, prettyErrors: false, uniqueKeys: false }, 2)
  if ('stoppedAt' in reading) {
    problems.add([reading.stoppedAt, reading.stoppedAt + 1], reading.message)
    return { root: undefined, diagnostics: problems.all }
  }
  const [document, second] = reading.documents
  if (document === undefined) return { root: undefined, diagnostics: [] }
  if (second !== undefined) document.errors.push(severalDocuments(second))
  const errors = [...document.errors, ...document.warnings]
  for (const { offsets, message, related } of explainErrors(errors, text, document)) {
    problems.add(offsets, message, related)
  }
  const { contents } = document
  if (errors.length > 0 || contents === null || isImplicitNull(contents))
    return { root: undefined, diagnostics: problems.all }
  const converter = new Converter(file, lines, problems, text)
  const root = converter.convert(contents, 0)
  return { root: converter.failed ? undefined : root, diagnostics: problems.all }
}

/** An editor shows none, so it must not count as a column. */
const withoutByteOrderMark = (text: string): string => (text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)

/** To YAML a carriage return ends a line too, alone or before a line feed; its parser takes the one for a character. */
const withLineFeeds = (text: string): string => text.replace(/\r\n?/g, '\n')

const isImplicitNull = (node: Node): boolean => isScalar(node) && node.value === null && !node.source

const severalDocuments = ({ range }: Document.Parsed): YAMLParseError =>
  new YAMLParseError([range[0], range[1]], 'MULTIPLE_DOCS', '')
