import { type Configuration, valueAt } from '../../config/cluster/configuration.ts'
import { changesBetween } from '../../engine/changes.ts'
import { readStaged } from '../../io/staging/manifest-file.ts'
import type { Change, ValueChange } from '../../model/change.ts'
import type { Applied, CommandLineValue } from '../../model/record.ts'
import type { RenderedService } from '../../model/rendered.ts'
import type { Cluster } from '../project/cluster.ts'
import { lostValues } from './taken-back.ts'

/**
 * Says what is otherwise with a service that has another fingerprint than it was started with; secrets are masked. What it
 * was staged with is read only for those that are asked for.
 */
export function changesIn(
  rendered: ReadonlyMap<string, RenderedService>,
  { records, secrets }: Pick<Cluster, 'records' | 'secrets'>,
  { given }: Pick<Configuration, 'given'>,
): (service: string) => readonly Change[] {
  return (name) => {
    const one = rendered.get(name)
    const applied = records.read(name)?.applied
    if (!one || !applied || applied.fingerprint === one.fingerprint) return []
    const lost = lostValues({ service: name, values: applied.commandLine, secrets, given }, one)
    const changes = withTakenBack(changesOfOne(name, applied, one), lost, given)
    return changes.map((change) => (change.kind === 'value' ? maskedValue(change, secrets) : secrets.maskData(change)))
  }
}

function changesOfOne(name: string, applied: Applied, { manifest, config }: RenderedService): Change[] {
  const changes = changesBetween(name, readStaged(applied), { manifest, config })
  // Its start has not confirmed what it was staged with, which may well be what is declared.
  return applied.fingerprint === '' ? [{ kind: 'unconfirmed' }, ...changes] : changes
}

/** Says of each lost value where it came from; those of the whole cluster are in no section of a service. */
function withTakenBack(
  changes: readonly Change[],
  lost: readonly CommandLineValue[],
  given: Configuration['given'],
): Change[] {
  const sources = new Map(lost.map(({ path, source }) => [path, source]))
  const known = new Set(changes.flatMap((change) => (change.kind === 'value' ? [change.path] : [])))
  const others = lost.filter(({ path }) => !known.has(path))
  return [
    ...changes.map((change) =>
      change.kind === 'value' ? { ...change, takenBack: sources.get(change.path) ?? null } : change,
    ),
    ...others.map(({ path, value, source }): ValueChange => {
      const now = valueAt(path, given)
      return { kind: 'value', path, from: value, ...(now !== undefined && { to: now }), takenBack: source }
    }),
  ]
}

function maskedValue({ from, to, ...change }: ValueChange, secrets: Cluster['secrets']): ValueChange {
  return {
    ...secrets.maskData(change),
    ...(from !== undefined && { from: secrets.maskConfiguration(from) }),
    ...(to !== undefined && { to: secrets.maskConfiguration(to) }),
  }
}
