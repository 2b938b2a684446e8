import fc from 'fast-check'

/** What a slip of the hand puts into a file, what means something to YAML, JSON or a template, and what is only hostile. */
const PIECES: readonly string[] = [
  ...[
    ' ',
    '  ',
    '\t',
    '\n',
    '\r',
    '\r\n',
    '\n\n',
    ':',
    ': ',
    '- ',
    '-',
    '#',
    ' # ',
    ',',
    '.',
    '..',
    '../',
    '/',
    '=',
    '|',
  ],
  ...[
    '"',
    "'",
    '`',
    '[',
    ']',
    '[]',
    '{',
    '}',
    '{}',
    '(',
    ')',
    '?',
    '? ',
    '!',
    '!x ',
    '@',
    '%',
    '&',
    '&a ',
    '*',
    '*a',
    '\\',
  ],
  ...[
    '{{',
    '}}',
    '{{{',
    '}}}',
    '{{#if ',
    '{{/if}}',
    '{{#each config}}',
    '{{/each}}',
    '{{else}}',
    '{{!--',
    '--}}',
    '{{>x}}',
  ],
  ...[
    '{{config.x}}',
    '{{sh ',
    '{{json config}}',
    '{{{{raw}}}}',
    '{{~',
    '~}}',
    '{{../x}}',
    '{{@index}}',
    '{{#with ',
    '\\{{',
  ],
  ...['${', '}', '${env:HOME}', '${file:x}', '$${env:X}', '${env:', '${nothing:x}'],
  ...[
    '---\n',
    '...\n',
    '<<: *a',
    '<<: ',
    '|\n',
    '>-\n',
    '|2\n',
    '%YAML 1.1\n',
    '\u0000',
    '\ufeff',
    '\u0085',
    '\u2028',
    '\u202e',
  ],
  ...[
    'null',
    '~',
    'true',
    'yes',
    '0',
    '-1',
    '1e999',
    '0x1F',
    '0o7',
    '.inf',
    '.nan',
    '9007199254740993',
    '1_000',
    '2024-01-01',
  ],
  ...['__proto__', '__proto__: {polluted: 1}', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'polluted'],
  ...[
    '\u00e9',
    '\u4e2d',
    '\ud83d\ude80',
    '\ud83d',
    'e\u0301',
    '\u001b[31m',
    '\u0007',
    'a'.repeat(300),
    '['.repeat(120),
    '- '.repeat(120),
  ],
]

/** Words that stand for something else than what was there. */
const VALUES: readonly string[] = [
  ...[
    '',
    '[]',
    '{}',
    'null',
    '""',
    "''",
    '[[]]',
    '{a: 1}',
    '[1, two, {three: 3}]',
    '!!binary x',
    '*none',
    '&a x',
    '|',
    '0',
    '-0',
  ],
  ...[
    '1e400',
    '{{config}}',
    '{{x.y.z}}',
    '{{sh config}}',
    '"{{"',
    '../../etc/passwd',
    '/',
    '.',
    '~/x',
    'C:\\x',
    'a b',
    'A',
    '-x',
  ],
  ...[
    'http://',
    'http://[',
    'tcp',
    '99999',
    '(',
    '[0-9',
    '(a+)+$',
    '5 minutes',
    '1h60m',
    '999999999999h',
    '${env:X}',
    'x\u0000y',
  ],
]

/** One change of a text. Numbers are taken modulo what there is. */
export type Slip =
  | { readonly kind: 'cut'; readonly at: number; readonly length: number }
  | { readonly kind: 'insert'; readonly at: number; readonly piece: string }
  | { readonly kind: 'value'; readonly line: number; readonly value: string }
  | { readonly kind: 'word'; readonly at: number; readonly other: number; readonly how: 'swap' | 'copy' | 'drop' }
  | {
      readonly kind: 'line'
      readonly at: number
      readonly other: number
      readonly how: 'swap' | 'copy' | 'drop' | 'join'
    }
  | { readonly kind: 'indent'; readonly line: number; readonly by: number }

const anywhere = fc.nat(100_000)
const line = fc.nat(500)

export const slip: fc.Arbitrary<Slip> = fc.oneof(
  fc.record({ kind: fc.constant('cut' as const), at: anywhere, length: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ kind: fc.constant('insert' as const), at: anywhere, piece: fc.constantFrom(...PIECES) }),
  fc.record({ kind: fc.constant('value' as const), line, value: fc.constantFrom(...VALUES) }),
  fc.record({
    kind: fc.constant('word' as const),
    at: anywhere,
    other: anywhere,
    how: fc.constantFrom('swap' as const, 'copy' as const, 'drop' as const),
  }),
  fc.record({
    kind: fc.constant('line' as const),
    at: line,
    other: line,
    how: fc.constantFrom('swap' as const, 'copy' as const, 'drop' as const, 'join' as const),
  }),
  fc.record({ kind: fc.constant('indent' as const), line, by: fc.integer({ min: -4, max: 4 }) }),
)

/** The text after a slip. */
export function slipped(text: string, one: Slip): string {
  switch (one.kind) {
    case 'cut': {
      const at = one.at % (text.length + 1)
      return text.slice(0, at) + text.slice(at + one.length)
    }
    case 'insert': {
      const at = one.at % (text.length + 1)
      return text.slice(0, at) + one.piece + text.slice(at)
    }
    case 'value':
      return changedLine(text, one.line, (line) =>
        line.replace(/([:=]|^\s*-)\s.*$/, `$1 ${one.value.replaceAll('$', '$$$$')}`),
      )
    case 'indent':
      return changedLine(text, one.line, (line) =>
        one.by < 0 ? line.replace(new RegExp(`^\\s{1,${-one.by}}`), '') : ' '.repeat(one.by) + line,
      )
    case 'word':
      return rearranged(text.split(/(?<=\W)(?=\w)|(?<=\w)(?=\W)/), one, '')
    case 'line':
      return rearranged(text.split('\n'), one, '\n')
  }
}

function changedLine(text: string, index: number, change: (line: string) => string): string {
  const lines = text.split('\n')
  const at = index % lines.length
  return lines.map((line, number) => (number === at ? change(line) : line)).join('\n')
}

function rearranged(
  parts: string[],
  { at, other, how }: { at: number; other: number; how: string },
  glue: string,
): string {
  const from = at % parts.length
  const to = other % parts.length
  const part = parts[from] ?? ''
  if (how === 'drop') parts.splice(from, 1)
  else if (how === 'copy') parts.splice(to, 0, part)
  else if (how === 'join') parts.splice(from, 2, part + (parts[from + 1] ?? '').trimStart())
  else {
    parts[from] = parts[to] ?? ''
    parts[to] = part
  }
  return parts.join(glue)
}
