import type { Format } from '../../src/config/shape/format.ts'
import type { KeySpec, KeyTable, Shape } from '../../src/config/shape/shape.ts'

/** A table of keys in Markdown: what they take, what counts without them, and what they mean. */
export function keyTable(keys: KeyTable): string {
  const rows = Object.entries(keys).map(([key, spec]) =>
    row([`\`${key}\``, takes(spec.shape), without(spec), meaning(spec)]),
  )
  return [row(['key', 'takes', 'default', 'meaning']), '|---|---|---|---|', ...rows].join('\n')
}

const row = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`

const without = ({ default: value }: KeySpec): string => (value === undefined ? '' : `\`${value}\``)

const meaning = ({ doc, about }: KeySpec): string => (about === undefined ? doc : `${doc} ${about}`)

const FORMAT_WORDS: Partial<Readonly<Record<Format, string>>> = {
  directory: 'path',
  count: 'number',
  url: 'URL',
  endpoint: 'port or host:port',
  'regular-expression': 'regular expression',
}

function takes(shape: Shape): string {
  switch (shape.kind) {
    case 'text':
      return shape.format === undefined ? 'text' : (FORMAT_WORDS[shape.format] ?? shape.format)
    case 'flag':
      return '`true` or `false`'
    case 'count':
    case 'number':
      return 'number'
    case 'choice':
      return shape.of.map((choice) => `\`${choice}\``).join(' or ')
    case 'list':
      return shape.orOne ? `${takes(shape.of)}, or a list` : `list of: ${takes(shape.of)}`
    case 'map':
      return 'map'
    case 'anything':
      return 'anything'
    case 'record':
      return 'map'
    case 'short-or-record':
      return `${takes(shape.short)}, map`
  }
}
