import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import type { Diagnostic } from '../model/diagnostic.ts'
import { diagnostic } from '../model/diagnostic.ts'
import type { Span } from '../model/span.ts'
import { startOfFile } from '../model/span.ts'
import type { YamlEntry, YamlNode } from './yaml-node.ts'

export interface ParsedYaml {
  /** `undefined` for a text without a document, and for one that could not be read. */
  readonly root: YamlNode | undefined
  readonly diagnostics: readonly Diagnostic[]
}

/** In bytes of UTF-8. A hostile text of this size takes the parser about a second; one of ten times the size, 15. */
export const YAML_SIZE_LIMIT = 512 * 1024
const DEPTH_LIMIT = 100
const TOO_DEEP = `nested more than ${DEPTH_LIMIT} levels deep`
/** Of more problems than this nobody reads on. */
const PROBLEM_LIMIT = 50
/** How many nodes all aliases of a file may stand for, so that a few lines can't grow into gigabytes. */
const ALIAS_LIMIT = 20_000

/**
 * Reads one YAML 1.2 document (core schema, and merge keys). `file` is an absolute path, for the spans.
 * Problems: `yaml-syntax`, one a line; `file-too-large`, unparsed. Duplicate keys leave a root, other problems do not.
 */
export function parseYaml(file: string, source: string): ParsedYaml {
  const bytes = source.length * 3 > YAML_SIZE_LIMIT ? Buffer.byteLength(source) : 0
  if (bytes > YAML_SIZE_LIMIT) {
    const problem = diagnostic('file-too-large', { bytes, limit: YAML_SIZE_LIMIT }, { span: startOfFile(file) })
    return { root: undefined, diagnostics: [problem] }
  }
  const text = withoutByteOrderMark(source)
  const lines = new LineCounter()
  const problems = new SyntaxProblems(file, lines)
  let document: Document.Parsed
  try {
    document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      keepSourceTokens: false,
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
  for (const error of errors) problems.add(error.pos, MESSAGES[error.code] ?? firstLine(error.message))
  const { contents } = document
  if (errors.length > 0 || contents === null || isImplicitNull(contents))
    return { root: undefined, diagnostics: problems.all }
  const converter = new Converter(file, lines, problems)
  const root = converter.convert(contents, 0)
  return { root: converter.failed ? undefined : root, diagnostics: problems.all }
}

/** An editor shows none, so it must not count as a column. */
const withoutByteOrderMark = (text: string): string => (text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)

const MESSAGES: Readonly<Record<string, string>> = {
  BLOCK_AS_IMPLICIT_KEY: 'a second `: ` on one line: quote the value, or begin a new line',
  MULTIPLE_DOCS: 'a second document begins here, and only one is expected',
  RESOURCE_EXHAUSTION: TOO_DEEP,
  TAB_AS_INDENT: 'a tab is not allowed as indentation: use spaces',
}

/** The parser's own wording, without what some versions put after it. */
function firstLine(message: string): string {
  if (message.startsWith('Maximum call stack')) return TOO_DEEP
  return (message.split('\n', 1)[0] ?? '').replace(/[:.]$/, '')
}

const isImplicitNull = (node: Node): boolean => isScalar(node) && node.value === null && !node.source

type Offsets = readonly [number, number, ...number[]]

/** Collects problems as diagnostics: one a line, since what follows on a line mostly follows from the first. */
class SyntaxProblems {
  readonly all: Diagnostic[] = []
  private readonly lines = new Set<number>()

  constructor(
    private readonly file: string,
    private readonly counter: LineCounter,
  ) {}

  add(offsets: Offsets, message: string): void {
    const span = spanOf(this.file, this.counter, offsets)
    if (this.lines.has(span.start.line) || this.all.length === PROBLEM_LIMIT) return
    this.lines.add(span.start.line)
    this.all.push(diagnostic('yaml-syntax', { message }, { span }))
  }
}

function spanOf(file: string, lines: LineCounter, [start, end]: Offsets): Span {
  const from = lines.linePos(start)
  const to = lines.linePos(end)
  return {
    file,
    // The counter knows no lines at all of an empty text.
    start: { line: Math.max(1, from.line), column: Math.max(1, from.col) },
    end: { line: Math.max(1, to.line), column: Math.max(1, to.col) },
  }
}

interface Anchored {
  readonly node: YamlNode
  /** Nodes in it, its own aliases expanded. */
  readonly size: number
}

/** Turns the parser's nodes into ours, with aliases and merge keys resolved. */
class Converter {
  failed = false
  private readonly anchors = new Map<string, Anchored>()
  private size = 0
  private aliased = 0

  constructor(
    private readonly file: string,
    private readonly lines: LineCounter,
    private readonly problems: SyntaxProblems,
  ) {}

  convert(node: Node, depth: number): YamlNode {
    if (isAlias(node)) return this.resolve(node.source, offsetsOf(node))
    const before = this.size
    this.size += 1
    const converted = this.convertBare(node, depth)
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined
    if (anchor !== undefined) this.anchors.set(anchor, { node: converted, size: this.size - before })
    return converted
  }

  private convertBare(node: Node, depth: number): YamlNode {
    const span = this.span(offsetsOf(node))
    if (depth > DEPTH_LIMIT) return this.fail(offsetsOf(node), TOO_DEEP)
    if (isMap(node)) return { kind: 'map', span, entries: this.entries(node.items, depth) }
    if (isSeq(node)) {
      return { kind: 'list', span, items: node.items.map((item) => this.convert(item as Node, depth + 1)) }
    }
    if (!isScalar(node)) return this.fail(offsetsOf(node), 'unexpected value')
    return { kind: 'scalar', span, value: this.scalar(node.value, offsetsOf(node)) }
  }

  private scalar(value: unknown, offsets: Offsets): string | number | boolean | null {
    if (typeof value === 'number' && !(Number.isFinite(value) && isExact(value))) {
      this.fail(offsets, 'this number cannot be kept exactly: quote it')
      return null
    }
    const plain = value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    return plain ? value : String(value)
  }

  private entries(pairs: readonly { key: unknown; value: unknown }[], depth: number): YamlEntry[] {
    const entries: YamlEntry[] = []
    const merged: YamlEntry[] = []
    const seen = new Set<string>()
    for (const pair of pairs) {
      const keyNode = pair.key as Node
      const offsets = offsetsOf(keyNode)
      const span = this.span(offsets)
      const value = pair.value
        ? this.convert(pair.value as Node, depth + 1)
        : ({ kind: 'scalar', span: { ...span, start: span.end }, value: null } as const)
      if (!isScalar(keyNode) || keyNode.value === null) {
        this.fail(offsets, 'a key must be a plain name')
      } else if (keyNode.value === '<<' && keyNode.type === 'PLAIN') {
        merged.push(...this.mergeKey(value, offsets))
      } else {
        const key = typeof keyNode.value === 'string' ? keyNode.value : (keyNode.source ?? String(keyNode.value))
        if (seen.has(key)) this.problems.add(offsets, 'this key is already given above')
        else entries.push({ key: { value: key, span }, value })
        seen.add(key)
      }
    }
    // The map's own keys win over merged ones, earlier merged ones over later.
    for (const entry of merged) {
      if (!seen.has(entry.key.value)) entries.push(entry)
      seen.add(entry.key.value)
    }
    return entries
  }

  private mergeKey(value: YamlNode, offsets: Offsets): readonly YamlEntry[] {
    const maps = value.kind === 'list' ? value.items : [value]
    return maps.flatMap((node) => {
      if (node.kind === 'map') return node.entries
      this.fail(offsets, 'only maps can be merged with <<')
      return []
    })
  }

  private resolve(anchor: string, offsets: Offsets): YamlNode {
    const known = this.anchors.get(anchor)
    if (known === undefined) return this.fail(offsets, `no anchor &${anchor} above this alias`)
    this.aliased += known.size
    this.size += known.size
    if (this.aliased > ALIAS_LIMIT) return this.fail(offsets, `aliases stand for more than ${ALIAS_LIMIT} values`)
    return known.node
  }

  private fail(offsets: Offsets, message: string): YamlNode {
    // Of an alias bomb the first alias that goes too far is enough.
    if (!this.failed || !message.startsWith('aliases')) this.problems.add(offsets, message)
    this.failed = true
    return { kind: 'scalar', span: this.span(offsets), value: null }
  }

  private span(offsets: Offsets): Span {
    return spanOf(this.file, this.lines, offsets)
  }
}

const offsetsOf = (node: Node | null): Offsets => node?.range ?? [0, 0]

const isExact = (value: number): boolean => !Number.isInteger(value) || Number.isSafeInteger(value)
