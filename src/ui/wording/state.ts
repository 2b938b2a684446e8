import type { Diagnostic } from '../../model/diagnostic.ts'
import { unreachable } from '../../model/result.ts'
import { shortList } from './lists.ts'
import { type DisplayPath, shellWord, shownPath, type Wording, words } from './wording.ts'

type StateDiagnostic = Extract<
  Diagnostic,
  { code: 'state-newer' | 'state-corrupt' | 'state-unwritable' | 'state-unsafe' | 'no-such-cluster' }
>

/** Words for what is wrong with what paictl keeps of a cluster. */
export function wordState(diagnostic: StateDiagnostic, display: DisplayPath): Wording {
  switch (diagnostic.code) {
    case 'state-newer': {
      const { path, found, supported } = diagnostic.data
      return words(
        `"${shownPath(path, display)}" was written by a newer paictl: format ${found}, where this one knows ${supported}`,
        'use that version or a later one; nothing was changed',
      )
    }
    case 'state-corrupt': {
      const { path, message, setAside } = diagnostic.data
      return words(
        `"${shownPath(path, display)}" is damaged: ${message}`,
        setAside === null
          ? 'nothing was changed; restore the file from a backup, or move it away'
          : `it was kept as "${shownPath(setAside, display)}", and what it said is taken as unknown`,
      )
    }
    case 'state-unwritable': {
      const { path, reason } = diagnostic.data
      return words(
        `cannot use "${shownPath(path, display)}": ${reason}`,
        reason.startsWith('too many open files')
          ? 'allow more of them ("ulimit -n 4096"), or let fewer scripts run side by side with "--parallel N"'
          : 'check its permissions and the free space, or choose another place with "--state-dir DIR"',
      )
    }
    case 'state-unsafe':
      return wordUnsafe(diagnostic.data, shownPath(diagnostic.data.path, display))
    case 'no-such-cluster': {
      const { cluster, known } = diagnostic.data
      return words(
        `no cluster "${cluster}" is known here`,
        known.length === 0
          ? 'no cluster has been started yet; "paictl clusters" lists them'
          : `known clusters: ${shortList([...known].sort())}`,
      )
    }
    default:
      return unreachable(diagnostic)
  }
}

function wordUnsafe(data: Extract<StateDiagnostic, { code: 'state-unsafe' }>['data'], path: string): Wording {
  switch (data.problem) {
    case 'link':
      return words(
        `"${path}" is a symbolic link, which paictl has not made and does not follow`,
        'look where it leads, and remove it; nothing was changed there',
      )
    case 'owner':
      return words(
        `"${path}" belongs to another user: its owner is ${data.owner}, this is user ${data.user}`,
        'run paictl as its owner, or choose another place with "--state-dir DIR"',
      )
    case 'open':
      return words(
        `others may write to "${path}" (mode ${data.mode}), and so decide what is run as this user`,
        `see that nobody has changed anything in it, then "chmod go-w ${shellWord(path)}"`,
      )
    default:
      return unreachable(data)
  }
}
