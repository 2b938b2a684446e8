import type { SavedPlan } from '../config/files/plan-file.ts'
import { canonicalJson } from '../engine/fingerprint.ts'
import { type Diagnostic, diagnostic } from '../model/diagnostic.ts'
import type { Move } from '../model/diagnostics/refusal.ts'
import type { JsonValue } from '../model/json.ts'
import type { Observed } from '../model/observed.ts'
import type { Plan, Step } from '../model/plan.ts'
import type { ObservedFacts } from '../model/plan-report.ts'

/** What a plan rests on, of all services that were observed for it; sorted by name. */
export function factsOf(observed: ReadonlyMap<string, Observed>): Readonly<Record<string, ObservedFacts>> {
  const names = [...observed.keys()].sort()
  return Object.fromEntries(
    names.map((name) => {
      const one = observed.get(name)
      const record = one?.record
      const fingerprint = record?.applied?.fingerprint ?? null
      const facts = {
        state: one?.state ?? 'unknown',
        run: record?.run ?? null,
        since: record?.since ?? null,
        fingerprint,
      }
      return [name, facts]
    }),
  )
}

/** What is no longer as it was when a plan was made: one refusal a service. */
export function whatMoved(
  saved: SavedPlan,
  now: {
    readonly fingerprints: ReadonlyMap<string, string>
    readonly observed: ReadonlyMap<string, Observed>
    /** What would be planned now. */
    readonly plan: Plan
  },
): Diagnostic[] {
  const facts = factsOf(now.observed)
  const declared = Object.fromEntries(now.fingerprints)
  const named = [saved.fingerprints, saved.observed, declared, facts].flatMap((one) => Object.keys(one))
  const [were, are] = [stepsByService(saved.plan), stepsByService(now.plan)]
  const names = [...named, ...were.keys()]
  return [...new Set(names)].sort().flatMap((service) => {
    const moved = [
      ...declaredMoves(own(saved.fingerprints, service), own(declared, service)),
      ...observedMoves(own(saved.observed, service), own(facts, service)),
    ]
    if (moved.length === 0 && !isSame(were.get(service) ?? [], are.get(service) ?? [])) {
      moved.push({ kind: 'steps' })
    }
    return moved.length === 0 ? [] : [diagnostic('plan-outdated', { service, moved }, { service })]
  })
}

/** What is done with each service, and after what; in words of probes the cause may differ each time. */
function stepsByService({ steps }: Pick<Plan, 'steps'>): ReadonlyMap<string, readonly Omit<Step, 'cause'>[]> {
  const byService = new Map<string, Omit<Step, 'cause'>[]>()
  for (const { cause: _, ...step } of steps) {
    const own = byService.get(step.service)
    if (own === undefined) byService.set(step.service, [step])
    else own.push(step)
  }
  return byService
}

const isSame = (a: readonly object[], b: readonly object[]): boolean =>
  canonicalJson(asJson(a)) === canonicalJson(asJson(b))
const asJson = (data: unknown): JsonValue => JSON.parse(JSON.stringify(data))

function declaredMoves(was: string | undefined, is: string | undefined): Move[] {
  if (was === is) return []
  return [{ kind: 'declared', how: was === undefined ? 'added' : is === undefined ? 'removed' : 'changed' }]
}

function observedMoves(was: ObservedFacts | undefined, is: ObservedFacts | undefined): Move[] {
  // Who has come or gone is a matter of what is declared.
  if (was === undefined || is === undefined) return []
  if (was.state !== is.state) return [{ kind: 'state', from: was.state, to: is.state }]
  const isSame = was.run === is.run && was.since === is.since && was.fingerprint === is.fingerprint
  return isSame ? [] : [{ kind: 'run', run: is.run }]
}

const own = <T>(map: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(map, key) ? map[key] : undefined
