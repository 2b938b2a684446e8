import type { Outcome } from '../../model/outcome.ts'
import type { Applied } from '../../model/record.ts'
import { askProbe } from '../observe.ts'
import type { Survivor } from '../ports.ts'
import { settleStopped } from './end.ts'
import { awaitReady } from './readiness.ts'
import { settleStarted } from './start.ts'
import type { StepRun } from './step.ts'

const POLL_MS = 100

/** Whether an earlier process had begun the start that the step is to do, with the same files, and has not seen its end. */
function isSameStart({ step, before, rendered, context: { boot } }: StepRun): boolean {
  if (step.operator !== 'start' || before.phase !== 'starting' || before.startedAs === undefined) return false
  // What answers after a reboot was not started by it.
  const isOfThisBoot = before.applied?.clusterType !== 'local' || before.boot === boot
  return isOfThisBoot && before.startedAs === rendered?.fingerprint
}

/** Before anything of a service is done, or refused: what an earlier process has left running of its scripts is awaited or ended. */
export async function outliveSurvivors(run: StepRun, survivors: readonly Survivor[]): Promise<'gone' | 'cancelled'> {
  for (const survivor of survivors) if ((await outlive(run, survivor)) === 'cancelled') return 'cancelled'
  return 'gone'
}

/** Whether an earlier process may have begun what the step is to do. */
export const mayBeUnderWay = (run: StepRun, survivors: readonly Survivor[]): boolean =>
  run.context.inFlight.has(run.step.id) || isSameStart(run) || survivors.length > 0

/** Finds out what became of a step that was in flight. `undefined`: it is still to be carried out. */
export async function recoverStep(run: StepRun, survivors: readonly Survivor[]): Promise<Outcome | undefined> {
  const begun = survivors.find((survivor) => isSameWork(run, survivor))
  const wasInFlight = run.context.inFlight.has(run.step.id)
  const earlier = begun?.run ?? (wasInFlight ? run.context.run : isSameStart(run) ? run.before.run : undefined)
  if (earlier === undefined) return undefined
  const found = await foundDone(run, earlier)
  if (found === 'cancelled') return run.cancelled()
  run.recovered(found)
  return found.outcome
}

/** What was found out about a step that was in flight. */
export interface Found {
  /** `undefined`: it has to be carried out again. */
  readonly outcome: Outcome | undefined
  /** What the probe said, or why there is nothing to go by; one line for people. */
  readonly because: string
}

/** Waits for a script that outlived its paictl, within the time that it was given; ends it where that was asked for. */
async function outlive(run: StepRun, survivor: Survivor): Promise<'gone' | 'cancelled'> {
  const { ports, interruption, endSurvivors } = run.context
  const { clock, survivors } = ports
  const cancelled = interruption.signal
  const what = `its ${survivor.role} script, still running as process ${survivor.pid} since run ${survivor.run}`
  run.waiting(endSurvivors ? `the end of ${what}` : what)
  const deadline = survivor.timeoutMs === null ? Number.POSITIVE_INFINITY : survivor.time + survivor.timeoutMs
  if (!endSurvivors) {
    while (survivors.isAlive(survivor) && clock.now() < deadline) {
      if (cancelled.aborted) return 'cancelled'
      await clock.sleep(POLL_MS, cancelled)
    }
  }
  if (!survivors.isAlive(survivor)) return 'gone'
  await survivors.end(survivor)
  run.survivorEnded(survivor)
  return 'gone'
}

/** Whether a survivor was doing what the step is to do, with the same files. */
function isSameWork({ step, rendered }: StepRun, survivor: Survivor): boolean {
  if (survivor.role !== step.operator) return false
  return step.source === 'applied' || survivor.fingerprint === rendered?.fingerprint
}

/** `earlier`: the run that had begun it. */
async function foundDone(run: StepRun, earlier: string): Promise<Found | 'cancelled'> {
  switch (run.step.operator) {
    case 'start':
      return await foundStarted(run, earlier)
    case 'stop':
      return await foundStopped(run, earlier)
    case 'refresh':
      return again('nothing says whether it took in its new configuration')
    case 'delete':
      return again('what is left of it is not known')
  }
}

const again = (because: string): Found => ({ outcome: undefined, because })

async function foundStarted(run: StepRun, earlier: string): Promise<Found | 'cancelled'> {
  const { record, context, step } = run
  const { applied, kind } = record
  const wanted = run.rendered
  const isOfIt = record.run === earlier && applied !== null && record.startedVersion === applied.version
  if (!isOfIt || wanted === undefined) return again('it had not begun')
  const isOther = (record.startedAs ?? applied.fingerprint) !== wanted.fingerprint
  if (wanted.deployments !== undefined && isOther) return again('the deployments that it follows are others by now')
  // A reboot ends what ran on this machine.
  const isBelieved = applied?.clusterType !== 'local' || record.boot === context.boot || record.kind === 'job'
  const isRecorded = (record.phase === 'running' || record.phase === 'completed') && isBelieved
  const answer = await askProbe({ name: step.service, kind, record, target: applied }, context.ports.probes)
  if (context.interruption.signal.aborted) return 'cancelled'
  const confirmed: Applied = { ...applied, fingerprint: wanted.fingerprint }
  // How long it took, nobody knows: what is known of earlier starts stays.
  const settled = (): Outcome => settleStarted(run, confirmed, record.durations)
  if (answer === undefined) {
    if (!isRecorded) return again('it has no probe that could tell')
    return { outcome: settled(), because: 'by its record, it was done' }
  }
  if (answer.status !== 'up') return again(answer.detail)
  if (kind === 'service') {
    const log = context.ports.logs.path(step.service, record.run, 'start')
    const ready = await awaitReady(run, confirmed, { log, logStart: 0 })
    if (ready.kind === 'cancelled') return 'cancelled'
    if (ready.kind === 'failed') return again('it did not become ready')
  }
  return { outcome: settled(), because: answer.detail }
}

async function foundStopped(run: StepRun, earlier: string): Promise<Found | 'cancelled'> {
  const { record, context, step } = run
  if (record.phase === 'stopped' && record.run === earlier) {
    return { outcome: settleStopped(run, record.applied, record.durations), because: 'by its record, it was done' }
  }
  const target = record.applied ?? undefined
  const answer = await askProbe({ name: step.service, kind: record.kind, record, target }, context.ports.probes)
  if (context.interruption.signal.aborted) return 'cancelled'
  if (answer?.status !== 'down') return again(answer?.detail ?? 'it has no probe that could tell')
  return { outcome: settleStopped(run, record.applied, record.durations), because: answer.detail }
}
