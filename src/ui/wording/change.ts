import type { Change, ValueChange } from '../../model/change.ts'
import type { JsonValue } from '../../model/json.ts'
import { unreachable } from '../../model/result.ts'
import { MASK } from '../../model/secrets.ts'
import { printable, printableSentence } from '../printable.ts'
import { shortText } from './short-text.ts'
import { type DisplayPath, shownPath } from './wording.ts'

/** What is otherwise with a service: `web.port: 80 → 81`, `start.sh`, `service.yaml`. */
export function changeWords(change: Change, display: DisplayPath = (file) => file): string {
  switch (change.kind) {
    case 'description':
      return 'service.yaml'
    case 'value':
      return `${valueWords(change)}${takenBackWords(change, display)}`
    case 'file':
      return `${printable(change.path)}${HOW[change.how]}`
    case 'input':
      return `input ${printable(change.path)}${HOW[change.how]}`
    case 'unconfirmed':
      return 'its last start was not done to the end'
    default:
      return unreachable(change)
  }
}

const HOW = { added: ' (new)', removed: ' (removed)', changed: '', mode: ' (whether it is executable)' } as const

function valueWords({ path, from, to }: ValueChange): string {
  const name = printableSentence(path)
  if (from === undefined) return `${name}: ${shown(to)} (new)`
  if (to === undefined) return `${name}: ${shown(from)} (removed)`
  const [old, now] = [shown(from), shown(to)]
  // Of what differs in secrets only, nothing else can be said.
  return old === now && old.includes(MASK) ? `${name}: another secret` : `${name}: ${old} → ${now}`
}

const shown = (value: JsonValue | undefined): string =>
  value === undefined ? 'nothing' : printableSentence(shortText(JSON.stringify(value)))

function takenBackWords({ takenBack }: ValueChange, display: DisplayPath): string {
  if (takenBack === null) return ''
  const option = takenBack === '--set' ? takenBack : `--overlay ${shownPath(takenBack, display)}`
  return ` (${printable(option)} of an earlier command is taken back)`
}
