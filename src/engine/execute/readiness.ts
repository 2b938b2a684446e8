import type { ProbeAnswer } from '../../model/observed.ts'
import type { FailureReason } from '../../model/outcome.ts'
import type { Applied } from '../../model/record.ts'
import { DEFAULT_READINESS, type ReadinessProbe } from '../../model/service.ts'
import type { StepRun } from './step.ts'

export type Ready =
  | { readonly kind: 'ready' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly reason: FailureReason }

/** Where a `log` probe searches: the file, and the bytes to leave out. */
export type SearchedLog = Pick<StepRun, 'log' | 'logStart'>

/** The first questions come quickly, so that a service that is ready at once is not kept waiting for an interval. */
const FIRST_DELAY_MS = 20

/**
 * Waits until a service is ready: its readiness probe answers as often in a row as it must, and its status-script, where
 * it has one, does not say that its process is gone. That second question is what keeps the answer of a stranger on the
 * same port from being taken for the service's own. Without a readiness probe the status-script alone is asked.
 */
export async function awaitReady(step: StepRun, applied: Applied, searched: SearchedLog = step): Promise<Ready> {
  const { clock } = step.context.ports
  const cancelled = step.context.interruption.signal
  const probe = applied.readiness?.probe
  const status = applied.scripts.status
  if (probe === undefined && status === undefined) return { kind: 'ready' }
  const { intervalMs, timeoutMs, successThreshold } = applied.readiness ?? DEFAULT_READINESS
  const begun = clock.now()
  let successes = 0
  let delay = FIRST_DELAY_MS
  let said = false
  for (;;) {
    if (cancelled.aborted) return { kind: 'cancelled' }
    const ready = probe === undefined ? undefined : await askReadiness(step, applied, probe, searched)
    // Asked after the readiness, so that its "running" is the later word.
    const own = status === undefined ? undefined : await askStatus(step, applied, status)
    if (own?.status === 'down' && own.dead) return { kind: 'failed', reason: { kind: 'died', answer: own.detail } }
    const answer = own !== undefined && (ready === undefined || own.status === 'down') ? own : ready
    successes = answer?.status === 'up' ? successes + 1 : 0
    if (successes >= successThreshold) return { kind: 'ready' }
    const waited = clock.now() - begun
    if (waited >= timeoutMs) {
      const kind = probe?.kind ?? 'status-script'
      const lastAnswer = answer?.detail ?? 'no answer'
      return { kind: 'failed', reason: { kind: 'not-ready', probe: kind, afterMs: waited, lastAnswer } }
    }
    if (!said) {
      said = true
      step.waiting(probe === undefined ? `status-script ${status}` : describeProbe(probe))
    }
    await clock.sleep(Math.min(delay, intervalMs, Math.max(timeoutMs - waited, 1)), cancelled)
    delay *= 2
  }
}

function askReadiness(
  step: StepRun,
  applied: Applied,
  probe: ReadinessProbe,
  { log, logStart }: SearchedLog,
): Promise<ProbeAnswer> {
  return step.context.ports.probes.ready({
    service: step.step.service,
    applied,
    run: step.context.run,
    probe,
    log,
    logStart,
  })
}

function askStatus(step: StepRun, applied: Applied, script: string): Promise<ProbeAnswer> {
  return step.context.ports.probes.status({ service: step.step.service, applied, run: step.context.run, script })
}

/** What is waited for, in the words of the description. */
export function describeProbe(probe: ReadinessProbe): string {
  switch (probe.kind) {
    case 'script':
      return `script ${probe.script}`
    case 'http':
      return probe.url
    case 'tcp':
      return `tcp ${probe.host}:${probe.port}`
    case 'log':
      return `/${probe.pattern}/ in its log`
  }
}
