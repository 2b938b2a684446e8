import type { LineCounter, Node } from 'yaml'
import { isAlias, isMap, isScalar, isSeq } from 'yaml'
import { append } from '../../model/append.ts'
import type { Span } from '../../model/span.ts'
import { nearest } from '../nearest.ts'
import type { YamlEntry, YamlNode } from './yaml-node.ts'
import type { Offsets, SyntaxProblems } from './yaml-problems.ts'
import { DEPTH_LIMIT, spanOf, TOO_DEEP } from './yaml-problems.ts'
import { UNQUOTED_EXPRESSION } from './yaml-words.ts'

/** How many nodes all aliases of a file may stand for, so that a few lines can't grow into gigabytes. */
const ALIAS_LIMIT = 20_000

/** Of more anchors than this none is looked for that was meant. */
const NAMED_ANCHORS = 200

interface Anchored {
  readonly node: YamlNode
  /** Nodes in it, its own aliases expanded. */
  readonly size: number
}

/** Turns the parser's nodes into ours, with aliases and merge keys resolved. */
export class Converter {
  failed = false
  private readonly anchors = new Map<string, Anchored>()
  private size = 0
  private aliased = 0

  constructor(
    private readonly file: string,
    private readonly lines: LineCounter,
    private readonly problems: SyntaxProblems,
    private readonly text: string,
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
    const seen = new Map<string, Span>()
    for (const pair of pairs) {
      const keyNode = pair.key as Node
      const offsets = offsetsOf(keyNode)
      const span = this.span(offsets)
      const value = pair.value
        ? this.convert(pair.value as Node, depth + 1)
        : ({ kind: 'scalar', span: { ...span, start: span.end }, value: null } as const)
      if (!isScalar(keyNode) || keyNode.value === null) {
        this.failKey(offsets)
      } else if (keyNode.value === '<<' && keyNode.type === 'PLAIN') {
        append(merged, this.mergeKey(value, offsets))
      } else {
        const key = typeof keyNode.value === 'string' ? keyNode.value : (keyNode.source ?? String(keyNode.value))
        const first = seen.get(key)
        if (first !== undefined) this.problems.addDuplicate(key, span, first)
        else {
          entries.push({ key: { value: key, span }, value })
          seen.set(key, span)
        }
      }
    }
    // The map's own keys win over merged ones, earlier merged ones over later.
    for (const entry of merged) {
      if (!seen.has(entry.key.value)) entries.push(entry)
      seen.set(entry.key.value, entry.key.span)
    }
    return entries
  }

  private mergeKey(value: YamlNode, offsets: Offsets): readonly YamlEntry[] {
    const maps = value.kind === 'list' ? value.items : [value]
    return maps.flatMap((node) => {
      if (node.kind === 'map') return node.entries
      // Beyond the limit an alias stands for nothing, which was said.
      if (this.aliased <= ALIAS_LIMIT) this.fail(offsets, 'only maps can be merged with <<')
      return []
    })
  }

  private resolve(anchor: string, offsets: Offsets): YamlNode {
    const known = this.anchors.get(anchor)
    if (known === undefined) return this.fail(offsets, this.unknownAnchor(anchor))
    this.aliased += known.size
    this.size += known.size
    if (this.aliased > ALIAS_LIMIT) return this.fail(offsets, `aliases stand for more than ${ALIAS_LIMIT} values`)
    return known.node
  }

  private unknownAnchor(anchor: string): string {
    const near = this.anchors.size > NAMED_ANCHORS ? null : nearest(anchor, this.anchors.keys())
    const advice = near === null ? 'quote the value, if it is meant as a text' : `did you mean *${near}?`
    return `no anchor &${anchor} above this alias: ${advice}`
  }

  private failKey(offsets: Offsets): void {
    const [start, end] = offsets
    if (this.text.slice(start - 1, start + 1) === '{{') this.fail([start - 1, end + 1], UNQUOTED_EXPRESSION)
    else if (start === end) this.fail([start, start + 1], 'a key is missing before the colon')
    else this.fail(offsets, 'a key must be a plain name')
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
