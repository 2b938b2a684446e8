import { parseDuration } from '../model/duration.ts'
import { readProbe } from './readiness-probe.ts'
import { safeRelativePath } from './relative-path.ts'

/** What a text may have to be beyond a text. */
export type Format =
  | 'duration'
  | 'path'
  | 'glob'
  | 'name'
  | 'directory'
  | 'count'
  | 'url'
  | 'endpoint'
  | 'regular-expression'

interface FormatCheck {
  /** For messages: "expected …". */
  readonly expected: string
  /** What was expected instead, `escapes` for a path that leaves its directory, `null` where the text is fine. */
  readonly problem: (text: string) => string | null
}

const DURATION = 'a duration such as 500ms, 10s, 5m or 1h30m'

export const FORMATS: Readonly<Record<Format, FormatCheck>> = {
  duration: { expected: DURATION, problem: (text) => ((parseDuration(text) ?? 0) > 0 ? null : DURATION) },
  path: pathFormat('the path of a file'),
  glob: pathFormat('a glob'),
  name: nonEmpty('a name'),
  directory: nonEmpty('the path of a directory'),
  count: {
    expected: 'a whole number above zero',
    problem: (text) => (/^[1-9]\d{0,8}$/.test(text) ? null : 'a whole number above zero'),
  },
  url: probeFormat('http', 'a URL that begins with http:// or https://'),
  endpoint: probeFormat('tcp', 'a port, or host:port'),
  'regular-expression': probeFormat('log', 'a regular expression'),
}

function nonEmpty(expected: string): FormatCheck {
  return { expected, problem: (text) => (text.trim() === '' ? expected : null) }
}

/** Of a file that must not lie outside the directory that its path counts from. */
function pathFormat(expected: string): FormatCheck {
  return {
    expected,
    problem: (text) => {
      const path = safeRelativePath(text)
      if (path === undefined) return 'escapes'
      return path === '' ? expected : null
    },
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
