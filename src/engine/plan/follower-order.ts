import type { Observed } from '../../model/observed.ts'
import type { Plan, Step } from '../../model/plan.ts'
import { reverse } from '../graph.ts'
import { isAlive, type Situation, sortedNames } from './situation.ts'
import { type Before, endedIn, inOrder, isRenewing, stepsBefore } from './step-order.ts'

/** The steps, those of who needs the follower after the one called `id`, as they would be after its start. */
export function dependentsAfter(
  follower: string,
  id: string,
  steps: readonly Step[],
  { declared }: Pick<Situation, 'declared'>,
): readonly Step[] {
  const renewed = new Set(steps.filter(isRenewing).map((step) => step.service))
  const dependents = reverse(declared)
  // Of each of them, whether it would only like to have the follower. A Map's iteration visits what is added meanwhile.
  const reached = new Map([[follower, false]])
  for (const [name, isOptional] of reached) {
    if (name !== follower && renewed.has(name)) continue
    for (const { to, optional } of dependents.get(name) ?? []) {
      const known = reached.get(to)
      const is = isOptional || optional
      if (known === undefined) reached.set(to, is)
      else if (known && !is) {
        // It is visited once more, with what hangs on it.
        reached.delete(to)
        reached.set(to, is)
      }
    }
  }
  reached.delete(follower)
  const before = stepsBefore([id], byId(steps))
  return inOrder(
    steps.map((step) => {
      const isOptional = isRenewing(step) ? reached.get(step.service) : undefined
      if (isOptional === undefined || before.has(step.id)) return step
      return waitingFor(step, isOptional ? { needs: [], after: [id] } : { needs: [id], after: [] })
    }),
  )
}

/** With which of its own steps a follower has done with what goes away: when it is down, or knows better. */
export function gateOf(own: readonly Step[], observed: Observed | undefined): string | undefined {
  const step = own.find((one) => one.operator === 'stop') ?? own.find((one) => one.operator === 'refresh')
  // What was not seen to start may be there all the same, until it is started once more.
  return (step ?? (isAlive(observed) ? own[0] : undefined))?.id
}

/**
 * The steps, those of `gone` not before the one called `gate`. Where that itself waits for them, since something that stands
 * below both is restarted, that is not waited with: what goes for good runs on through such a restart, as who stays does.
 */
export function endedAfter(
  gate: string | undefined,
  gone: readonly Step[],
  steps: readonly Step[],
  { force }: { readonly force: boolean },
): readonly Step[] {
  if (gate === undefined) return steps
  const waiting = new Set(gone.map((step) => step.id))
  const free = endedLater(gate, waiting, steps)
  return inOrder(
    free.map((step) => {
      if (!waiting.has(step.id) || step.needs.includes(gate)) return step
      return waitingFor(step, force ? { needs: [], after: [gate] } : { needs: [gate], after: [] })
    }),
  )
}

/**
 * The steps, the one called `gate` no longer after those of `waiting`: only what ends for good, too, waits for these. A service
 * that is started again would only have been stopped after who needs it, and no start waits for the end of another service.
 */
function endedLater(gate: string, waiting: ReadonlySet<string>, steps: readonly Step[]): readonly Step[] {
  const known = byId(steps)
  const before = stepsBefore([gate], known)
  if (![...waiting].some((id) => before.has(id))) return steps
  const behind = stepsBehind(waiting, steps)
  const later = new Map(endedIn(steps).flatMap((step) => (behind.has(step.id) ? [[step.id, step] as const] : [])))
  const needed = new Map([...later].map(([id, step]) => [id, { ...step, after: [] }]))
  const kept = (ids: Iterable<string>): string[] => [...ids].filter((id) => !later.has(id))
  return inOrder(
    steps.map((step) => {
      const direct = [...step.needs, ...step.after]
      if (later.has(step.id) || !direct.some((id) => later.has(id))) return step
      // What these wait for themselves is still waited for.
      const needs = kept(stepsBefore(step.needs, needed))
      return waitingFor({ ...step, needs: [], after: [] }, { needs, after: kept(stepsBefore(direct, later)) })
    }),
  )
}

/**
 * The steps of a plan, with a stop and start of a follower so that it is not down while what it follows, or needs, comes up:
 * its stop waits for what its start waits for, and so do the stops of those who are restarted with it. What has to wait for
 * its stop is not waited for.
 */
export function stoppedShortly(observed: Observed | undefined, { verb, steps }: Plan): readonly Step[] {
  const stop = steps.find((step) => step.id === `stop:${observed?.name}`)
  const start = steps.find((step) => step.id === `start:${observed?.name}`)
  if (stop === undefined || start === undefined) return steps
  // A restart that was asked for takes everything down first.
  const loose = verb === 'restart' ? steps : withoutWaitingFor(stop, steps, observed)
  const known = byId(loose)
  const behind = stepsBehind([stop.id], loose)
  const isFree = (id: string): boolean => !behind.has(id)
  const awaited: Before = { needs: start.needs.filter(isFree), after: start.after.filter(isFree) }
  const beforeAwaited = stepsBefore([...awaited.needs, ...awaited.after], known)
  const beforeStop = stepsBefore([stop.id], known)
  const restartedWithIt = stepsBehind([start.id], loose)
  const isRestartedWithIt = ({ id, operator, service }: Step): boolean =>
    operator === 'stop' && beforeStop.has(id) && restartedWithIt.has(`start:${service}`)
  const delayed = new Set(
    loose.filter((step) => isRestartedWithIt(step) && !beforeAwaited.has(step.id)).map((step) => step.id),
  )
  return inOrder(loose.map((step) => (delayed.has(step.id) ? waitingFor(step, awaited) : step)))
}

/** The steps, stops of what the follower knows of and that is started again not after that of the follower. */
function withoutWaitingFor({ id }: Step, steps: readonly Step[], observed: Observed | undefined): readonly Step[] {
  const followed = observed?.record?.applied?.followed ?? {}
  const ended = new Set(endedIn(steps))
  return steps.map((step) => {
    const { operator, service } = step
    if (operator !== 'stop' || ended.has(step) || !Object.hasOwn(followed, service)) return step
    return { ...step, after: step.after.filter((one) => one !== id) }
  })
}

/**
 * The steps, with the deployments of a follower's start also on the stop before it, where all of them have come up by then or
 * have not: what cannot be started again is not stopped.
 */
export function withRenderedStop(follower: string, steps: readonly Step[]): readonly Step[] {
  const start = steps.find((step) => step.id === `start:${follower}`)
  const { deployments } = start ?? {}
  if (deployments === undefined) return steps
  const before = stepsBefore([`stop:${follower}`], byId(steps))
  const awaited = steps.filter((step) => isRenewing(step) && deployments.includes(step.service))
  if (!awaited.every((step) => before.has(step.id))) return steps
  return steps.map((step) => (step.id === `stop:${follower}` ? { ...step, deployments } : step))
}

/** Those steps, and all that come after them. `steps`: in an order in which they could be run. */
function stepsBehind(ids: Iterable<string>, steps: readonly Step[]): ReadonlySet<string> {
  const found = new Set(ids)
  for (const { id, needs, after } of steps) if ([...needs, ...after].some((one) => found.has(one))) found.add(id)
  return found
}

/** The step with more to wait for. */
function waitingFor(step: Step, more: Before): Step {
  const needs = sortedNames([...step.needs, ...more.needs])
  const after = sortedNames([...step.after, ...more.after])
  return { ...step, needs, after: after.filter((id) => !needs.includes(id)) }
}

const byId = (steps: readonly Step[]): ReadonlyMap<string, Step> => new Map(steps.map((step) => [step.id, step]))
