import { modifiedAt, removeDeclared } from '../../io/project/declared-file.ts'
import type { Outcome } from '../../model/outcome.ts'
import type { Plan } from '../../model/plan.ts'
import type { RunPlan } from '../../model/run.ts'
import type { Conversation } from '../invocation.ts'
import type { Cluster } from '../project/cluster.ts'
import type { BareSite } from '../project/site.ts'

/** The files of deployments that are to be declared no longer: absolute, by these' names. */
export type Declarations = Readonly<Record<string, string>>

/** The end of a run that deletes: the records of what is declared no longer go, and the files of its deployments, last. */
export function concludeDelete(
  { cluster, services }: BareSite,
  { plan, removals }: { readonly plan: Plan; readonly removals: Declarations },
  { declared }: Pick<Conversation, 'declared'>,
): void {
  const { records } = cluster
  for (const [deployment, file] of Object.entries(removals)) {
    // As long as its file is there, somebody can see that it was to be removed.
    records.forget(deployment)
    removeDeclared(file)
    declared({ deployment, file, outcome: 'removed' })
  }
  for (const { service } of plan.steps) {
    const isDeleted = records.read(service)?.phase === 'never-started'
    if (isDeleted && !services.has(service)) records.forget(service)
  }
}

/** Of what a run has deleted, the files that are to go with it; also of what never was started. */
export function removalsOf(
  records: Cluster['records'],
  { plan, declarations = {} }: { readonly plan: Plan; readonly declarations?: Declarations | undefined },
  outcomes: ReadonlyMap<string, Outcome>,
): Declarations {
  const deletes = new Map(plan.steps.filter(isDelete).map((step) => [step.service, step.id]))
  const isGone = ([name]: readonly [string, string]): boolean => {
    const step = deletes.get(name)
    if (step !== undefined) return outcomes.get(step)?.status === 'done'
    return (records.read(name)?.phase ?? 'never-started') === 'never-started'
  }
  return Object.fromEntries(Object.entries(declarations).filter(isGone))
}

/** What of that an interrupted run has left: neither the deployment nor its file was touched by anybody since. */
export function removalsLeft(
  records: Cluster['records'],
  run: RunPlan,
  outcomes: ReadonlyMap<string, Outcome>,
): Declarations {
  if (run.declarations === undefined) return {}
  const isUntouched = ([name, file]: readonly [string, string]): boolean => {
    const record = records.read(name)
    const isTaken = record !== undefined && record.run !== run.run && record.since > run.startedAt
    const modified = modifiedAt(file)
    return !isTaken && modified !== undefined && modified < Date.parse(run.startedAt)
  }
  return Object.fromEntries(Object.entries(removalsOf(records, run, outcomes)).filter(isUntouched))
}

const isDelete = ({ operator }: Plan['steps'][number]): boolean => operator === 'delete'
