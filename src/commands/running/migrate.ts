import type { LeaseRequest } from '../../engine/ports.ts'
import { aloneIn } from '../../io/state/leases.ts'
import { migrateState, needsMigration } from '../../io/state/state-migration.ts'
import type { Diagnostic } from '../../model/diagnostic.ts'
import { err, ok, type Result } from '../../model/result.ts'
import type { Conversation } from '../invocation.ts'
import type { Cluster } from '../project/cluster.ts'

/**
 * Rewrites what an older paictl has left of a cluster's state, before anything of it is changed. It takes the whole
 * cluster for that: an older paictl that is at work now must end first.
 */
export async function migrate(
  cluster: Cluster,
  waiting: Pick<LeaseRequest, 'command' | 'waitMs' | 'onWait'>,
  { note, warn }: Pick<Conversation, 'note' | 'warn'>,
): Promise<Result<void, Diagnostic>> {
  const needed = needsMigration(cluster.directory)
  if (!needed.ok) return err(needed.error)
  if (!needed.value) return ok(undefined)
  const done = await aloneIn(cluster.directory, waiting, () => migrateState(cluster.directory, cluster.clock.now()))
  if (!done.ok) return done
  const migrated = done.value
  if (!migrated.ok) return migrated
  if (migrated.value === undefined) return ok(undefined)
  const { from, to, backup, problems } = migrated.value
  note({ kind: 'migrated', from, to, backup })
  if (problems.length > 0) warn(problems.map((problem) => ({ ...problem, severity: 'warning' })))
  return ok(undefined)
}
