import type { Interruption } from '../../engine/execute/interruption.ts'
import { compareNames } from '../../engine/graph.ts'
import { LONGEST_TIMER_MS } from '../../io/clock.ts'
import type { RunEvent, UnderWay } from '../../model/event.ts'
import type { Conversation } from '../invocation.ts'
import type { Cluster } from '../project/cluster.ts'

export interface WatchOptions {
  readonly cluster: Pick<Cluster, 'clock' | 'scripts' | 'probes'>
  readonly conversation: Conversation
  /** Raised when the run is to end. */
  readonly interruption: Interruption
  /** How long the run may take; `undefined`: as long as it takes. */
  readonly timeoutMs: number | undefined
}

export interface RunWatch {
  /** Takes all events of the run, and hands them on. */
  readonly report: (event: RunEvent) => void
  /** To be called when the run is over. */
  readonly stop: () => void
}

/** Ends a run before it is done: at each signal more urgently, and when its time is up. Says what is cut short by that. */
export function watchRun({ cluster, conversation, interruption, timeoutMs }: WatchOptions): RunWatch {
  const { clock, scripts, probes } = cluster
  const underWay = new Map<string, UnderWay>()
  /** Steps whose script is not running: it has ended, or is another one's. */
  const awaiting = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  const report = (event: RunEvent): void => {
    if (event.type === 'step-started') underWay.set(event.step, { ...begunBy(event), waitingFor: null })
    if (event.type === 'step-waiting') note(event.step, event.waitingFor)
    if (event.type === 'step-retrying') note(event.step, `attempt ${event.attempt} of ${event.of}`)
    if (event.type === 'step-ended') underWay.delete(event.step)
    if (event.type === 'step-waiting') awaiting.add(event.step)
    if (event.type === 'step-retrying' || event.type === 'step-recovered') awaiting.delete(event.step)
    // What takes the run back has the limits of its own scripts.
    if (event.type === 'rollback-started') clearTimeout(timer)
    conversation.report(event)
  }
  const note = (step: string, waitingFor: string): void => {
    const entry = underWay.get(step)
    if (entry !== undefined) underWay.set(step, { ...entry, waitingFor })
  }
  const list = (): UnderWay[] => [...underWay.values()].sort((a, b) => (a.service < b.service ? -1 : 1))

  const ignore = conversation.onSignal((signal) => {
    const { count, urgency } = interruption.raise(signal)
    const steps = [...underWay].filter(([step]) => !awaiting.has(step))
    const stillRunning = steps.map(([, { service }]) => service).sort(compareNames)
    report({ time: clock.now(), type: 'interrupted', signal, count, stillRunning })
    scripts.interrupt(urgency)
    probes.interrupt(urgency)
  })
  if (timeoutMs !== undefined && timeoutMs <= LONGEST_TIMER_MS) {
    timer = setTimeout(() => {
      if (interruption.signalNumber !== undefined) return
      interruption.timeUp()
      report({ time: clock.now(), type: 'time-up', afterMs: timeoutMs, underWay: list() })
      scripts.interrupt('terminate')
      probes.interrupt('terminate')
    }, timeoutMs)
  }

  const stop = (): void => {
    clearTimeout(timer)
    ignore()
  }
  return { report, stop }
}

const begunBy = ({ service, operator }: Pick<UnderWay, 'service' | 'operator'>): Omit<UnderWay, 'waitingFor'> => ({
  service,
  operator,
})
