import type { ProbeAnswer } from '../../model/observed.ts'
import type { Applied } from '../../model/record.ts'
import type { StepRun } from './step.ts'

/** How long a service may take to fall silent after its stop script has ended. */
const SILENCE_TIMEOUT_MS = 5000
const SILENCE_INTERVAL_MS = 100

/**
 * Asks the service's probe until it is silent; returns its last answer where it is not so in time. A stop takes a probe
 * that knows nothing for silent; what removes data wants to be told that nothing runs.
 */
export async function awaitSilence(
  run: StepRun,
  applied: Applied,
  operator: 'stop' | 'delete',
): Promise<ProbeAnswer | 'silent' | 'cancelled'> {
  const { clock, probes } = run.context.ports
  const cancelled = run.context.interruption.signal
  if (run.record.kind === 'job') return 'silent'
  const request = { service: run.step.service, applied, run: run.context.run }
  const status = applied.scripts.status
  const probe = applied.readiness?.probe
  const begun = clock.now()
  let said = false
  for (;;) {
    let answer: ProbeAnswer
    if (status !== undefined) answer = await probes.status({ ...request, script: status })
    else if (probe === undefined || probe.kind === 'log') return 'silent'
    else answer = await probes.ready({ ...request, probe, log: null, logStart: 0 })
    // The end of a run ends its probes too: only a clear "no" is an answer then.
    if (cancelled.aborted) return answer.status === 'down' ? 'silent' : 'cancelled'
    if (answer.status === 'down' || (answer.status === 'unknown' && operator === 'stop')) return 'silent'
    if (clock.now() - begun >= SILENCE_TIMEOUT_MS) return answer
    if (!said) run.waiting('it to fall silent')
    said = true
    await clock.sleep(SILENCE_INTERVAL_MS, cancelled)
  }
}
