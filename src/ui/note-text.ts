import { unreachable } from '../model/result.ts'
import { counted } from './wording/lists.ts'

/** What is said in passing before a run. */
export type Note =
  /** Warnings about the selected services, and errors of services that are not selected. */
  | { readonly kind: 'problems'; readonly warnings: number; readonly elsewhere: number }
  /** Errors of the project, for those who only look. */
  | { readonly kind: 'invalid' }
  /** No cluster-id is configured: the project's name is taken. */
  | { readonly kind: 'cluster-id'; readonly clusterId: string }
  /** The state's files were rewritten as those of another version; `backup` is where the old ones are. */
  | { readonly kind: 'migrated'; readonly from: number; readonly to: number; readonly backup: string }
  /** `replaced`: a run that was interrupted, and that later ones have taken the place of. */
  | { readonly kind: 'nothing-to-resume'; readonly replaced: string | null }

/** A note in one line. */
export function noteText(note: Note): string {
  switch (note.kind) {
    case 'problems': {
      const parts = []
      if (note.elsewhere > 0) parts.push(`${counted(note.elsewhere, 'error')} in services that are not selected`)
      if (note.warnings > 0) parts.push(counted(note.warnings, 'warning'))
      return `${parts.join(' and ')}: "paictl validate" shows them`
    }
    case 'invalid':
      // Those that look read less of a project, so that a number would be another one than there.
      return 'there are errors in this project: "paictl validate" shows them'
    case 'cluster-id':
      return `no cluster-id is configured: the cluster is called "${note.clusterId}", after the project's directory`
    case 'migrated':
      return `the state of this cluster was taken from format ${note.from} to ${note.to}; the old files are kept in ${note.backup}`
    case 'nothing-to-resume':
      return note.replaced === null
        ? 'no run was interrupted: there is nothing to go on with'
        : `there is nothing to go on with: after run ${note.replaced}, which was interrupted, later ones have acted on the same services`
    default:
      return unreachable(note)
  }
}
