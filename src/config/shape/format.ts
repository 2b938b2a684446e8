import { DURATION_FORM, parseDuration } from '../../model/duration.ts'
import { parseSize, SIZE_FORM } from '../../model/size.ts'
import { ENDPOINT_FORM, readProbe } from './readiness-probe.ts'
import { safeRelativePath } from './relative-path.ts'

/** What a text may have to be beyond a text. */
export type Format =
  | 'duration'
  | 'path'
  | 'glob'
  | 'name'
  | 'label'
  | 'word'
  | 'directory'
  | 'file'
  | 'count'
  | 'size'
  | 'url'
  | 'endpoint'
  | 'regular-expression'

interface FormatCheck {
  /** For messages: "expected …". */
  readonly expected: string
  /** What was expected instead, `escapes` for a path that leaves its directory, `null` where the text is fine. */
  readonly problem: (text: string) => string | null
  /**
   * The same for JSON Schema, as a regular expression of ECMAScript with the flag u. It matches all that is fine, and may
   * match more: `problem` has the last word. Absent where no expression can tell.
   */
  readonly pattern?: string
  /** What editors say that the pattern wants, where `expected` does not say it. */
  readonly wanted?: string
  /** Which whole numbers are fine, where the text may be written as one. */
  readonly range?: readonly [least: number, most: number]
}

/** Beyond, no YAML is read in bounded time and memory. */
const LARGEST_SIZE = 64 * 1024 * 1024
const SIZE = 'a size such as 4096, 512KiB or 2MiB, of at most 64MiB'

/** As for the values of labels in Kubernetes. */
const LABEL_FORM = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/
const LABEL = 'at most 63 letters, digits, dots, dashes and underscores, with a letter or digit first and last'

/** What a path in a template can go through without brackets. */
const WORD_FORM = /^[A-Za-z_][A-Za-z0-9_-]{0,62}$/
const WORD = 'at most 63 letters, digits, dashes and underscores, with a letter or underscore first'

const COUNT_FORM = /^[1-9]\d{0,8}$/

/** Neither absolute, nor nothing but dots, nor up at its beginning; a `..` further on is found by `problem` alone. */
const INSIDE = '^(?![/\\\\]|[A-Za-z]:[/\\\\])(?!(?:\\.(?:/+|$))*$)(?!(?:\\./+)*\\.\\.(?:/|$))[^\\0]*$'

const DURATION = 'a duration such as 500ms, 10s, 5m or 1h30m'

export const FORMATS: Readonly<Record<Format, FormatCheck>> = {
  duration: {
    expected: DURATION,
    problem: durationProblem,
    pattern: `^(?=.*[1-9])${DURATION_FORM.source.slice(1)}`,
  },
  path: pathFormat('the path of a file'),
  glob: pathFormat('a glob'),
  name: nonEmpty('a name'),
  label: {
    expected: 'a label',
    problem: (text) => (LABEL_FORM.test(text) ? null : LABEL),
    pattern: LABEL_FORM.source,
  },
  word: {
    expected: 'a word',
    problem: (text) => (WORD_FORM.test(text) ? null : WORD),
    pattern: WORD_FORM.source,
  },
  directory: nonEmpty('the path of a directory'),
  file: nonEmpty('the path of a file'),
  count: {
    expected: 'a whole number above zero',
    problem: (text) => (COUNT_FORM.test(text) ? null : 'a whole number above zero'),
    pattern: COUNT_FORM.source,
    range: [1, 999_999_999],
  },
  size: {
    expected: SIZE,
    problem: (text) => (readSize(text) === undefined ? SIZE : null),
    pattern: `^(?=.*[1-9])${SIZE_FORM.source.slice(1)}`,
    range: [1, LARGEST_SIZE],
  },
  url: { ...probeFormat('http', 'a URL that begins with http:// or https://'), pattern: '^[Hh][Tt][Tt][Pp][Ss]?://' },
  endpoint: { ...probeFormat('tcp', 'a port, or host:port'), pattern: ENDPOINT_FORM.source, range: [1, 65_535] },
  'regular-expression': probeFormat('log', 'a regular expression'),
}

/** What is wrong with a duration that is none, as far as that can be told. */
function durationProblem(text: string): string | null {
  const milliseconds = parseDuration(text)
  if (milliseconds !== undefined && milliseconds > 0) return null
  if (milliseconds === 0) return `${DURATION}, above zero`
  const [, digits] = /^(\d+)$/.exec(text) ?? []
  if (digits !== undefined) return `a unit behind the number: ${digits}s, ${digits}m or ${digits}h`
  if (/^\d+(?:\.\d+)?\s*[a-z]+$/i.test(text)) return `${DURATION}: whole numbers, each followed by h, m, s or ms`
  return DURATION
}

/** A size limit in bytes; `undefined` of a text that is none. */
export function readSize(text: string): number | undefined {
  const bytes = parseSize(text)
  return bytes !== undefined && bytes > 0 && bytes <= LARGEST_SIZE ? bytes : undefined
}

function nonEmpty(expected: string): FormatCheck {
  return { expected, problem: (text) => (text.trim() === '' ? expected : null), pattern: '\\S' }
}

/** Of a file that must not lie outside the directory that its path counts from. */
function pathFormat(expected: string): FormatCheck {
  return {
    expected,
    problem: (text) => {
      if (text.includes('\0')) return `${expected}: no name of a file can hold a NUL character`
      if (/^[A-Za-z]:[/\\]/.test(text)) return `${expected} relative to its directory, with "/" between names`
      const path = safeRelativePath(text)
      if (path === undefined) return 'escapes'
      return path === '' ? expected : null
    },
    pattern: INSIDE,
    wanted: `${expected} that does not lead out of its directory`,
  }
}

function probeFormat(kind: 'http' | 'tcp' | 'log', expected: string): FormatCheck {
  return {
    expected,
    problem: (text) => {
      const probe = readProbe(kind, text)
      return probe.ok ? null : probe.error
    },
  }
}
