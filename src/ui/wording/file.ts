import type { Diagnostic } from '../../model/diagnostic.ts'
import { unreachable } from '../../model/result.ts'
import { shortList } from './lists.ts'
import { type DisplayPath, quotedValue, shownPath, subject, suggestion, type Wording, words } from './wording.ts'

type FileDiagnostic = Extract<
  Diagnostic,
  {
    code:
      | 'unreadable-file'
      | 'file-too-large'
      | 'not-text'
      | 'yaml-syntax'
      | 'yaml-empty'
      | 'wrong-type'
      | 'unknown-key'
      | 'duplicate-key'
      | 'bad-value'
  }
>

/** Words for what is wrong with a file as such: unreadable, no YAML, not of the expected form. */
export function wordFile(diagnostic: FileDiagnostic, display: DisplayPath): Wording {
  switch (diagnostic.code) {
    case 'unreadable-file': {
      const { path, reason } = diagnostic.data
      return words(
        `cannot read "${shownPath(path, display)}": ${reason}`,
        'check that it exists and that you may read it',
      )
    }
    case 'file-too-large': {
      const { bytes, limit } = diagnostic.data
      return words(
        `the file is too large: ${size(bytes)}, where at most ${size(limit)} are read`,
        'keep large data in a file of its own that a script reads, or raise file-size-limit in paictl.yaml',
      )
    }
    case 'not-text': {
      const { problem, byte } = diagnostic.data
      if (problem === 'utf-16') return words('the file is UTF-16, where UTF-8 is expected', 'save it as UTF-8')
      return problem === 'nul'
        ? words('a NUL byte stands here, which no text can hold', 'take it out, or save the file as UTF-8 again')
        : words(`the byte 0x${byte.toString(16)} is not UTF-8`, 'save the file as UTF-8')
    }
    case 'yaml-syntax': {
      const message = withoutPlace(diagnostic.data.message)
      return words(
        `invalid YAML: ${message}`,
        /\btabs?\b(?!.*spaces)/i.test(message) ? 'indent with spaces' : undefined,
      )
    }
    case 'yaml-empty':
      return words(`the file is empty, and needs ${diagnostic.data.expected}`)
    case 'wrong-type': {
      const { what, expected, found } = diagnostic.data
      // An empty value and a key that is not there are the same to a reader.
      return found === 'nothing'
        ? words(`${subject(what)} is missing`, `give it ${expected}`)
        : words(`${subject(what)} must be ${expected}, not ${found}`)
    }
    case 'unknown-key': {
      const { key, where, nearest, known } = diagnostic.data
      const keys = known.length === 0 ? undefined : `known keys: ${shortList([...known].sort(), 30)}`
      return words(`unknown key ${quotedValue(key)} in ${subject(where)}`, suggestion(nearest, keys))
    }
    case 'duplicate-key':
      return words(`the key ${quotedValue(diagnostic.data.key)} is given twice`, 'keep one of them')
    case 'bad-value': {
      const { what, value, expected, nearest } = diagnostic.data
      return words(
        `${quotedValue(value)} is not valid as ${subject(what)}: expected ${expected}`,
        suggestion(nearest, undefined),
      )
    }
    default:
      return unreachable(diagnostic)
  }
}

/** The YAML parser repeats the place, and the line below it, in its message. */
const withoutPlace = (message: string): string =>
  (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '')

function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`
  if (bytes < 1024 * 1024) return `${decimal(bytes / 1024)} KiB`
  return `${decimal(bytes / 1024 / 1024)} MiB`
}

const decimal = (value: number): string => value.toFixed(1).replace(/\.0$/, '')
