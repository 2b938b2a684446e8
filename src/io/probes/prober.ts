import { setMaxListeners } from 'node:events'
import { dirname } from 'node:path'
import type { ProbeRequest, Prober, ScriptEnd, ScriptRunner } from '../../engine/ports.ts'
import type { ProbeAnswer } from '../../model/observed.ts'
import { Secrets } from '../../model/secrets.ts'
import { PROBE_TIMEOUT_MS } from '../../model/service.ts'
import { tailOf } from '../logs/log-tail.ts'
import { commandFor } from '../scripts/script-command.ts'
import { commonEnvironment, type ScriptContext, scriptEnvironments } from '../scripts/script-environment.ts'
import { ScriptProcesses } from '../scripts/script-processes.ts'
import { askHttp, silence } from './http-probe.ts'
import { createLogProbe } from './log-probe.ts'
import { askTcp } from './tcp-probe.ts'

export interface ClusterProber extends Prober {
  /** Cuts short what is being asked now, and keeps new scripts from starting. */
  interrupt: ScriptRunner['interrupt']
  /** Takes an interruption back for what is asked now. */
  allow(): void
}

const PROBE_GRACE_MS = 1000

/** Asks services how they are: by their status-script, or by their readiness probe. Answers have `secrets` masked. */
export function createProber(context: ScriptContext, secrets = new Secrets()): ClusterProber {
  const common = commonEnvironment(context)
  const processes = new ScriptProcesses(common)
  let cut = patientController()
  const environment = scriptEnvironments(context, common)
  const searchPath = context.env.PATH ?? ''
  const askLog = createLogProbe()

  const runScript = async (request: ProbeRequest, script: string): Promise<{ end: ScriptEnd; said: string }> => {
    const { applied } = request
    const directory = applied.deployDirectory
    const command = commandFor({ directory, script, strictShell: applied.strictShell, searchPath })
    if (!command.ok) return { end: { kind: 'not-run', message: command.error }, said: '' }
    // Beside its configuration, which a service that was never started has too, and nobody takes it for a step's log.
    const log = `${dirname(applied.configFile)}/status.log`
    const env = environment({ ...request, role: 'status' })
    const limits = { timeoutMs: PROBE_TIMEOUT_MS, graceMs: PROBE_GRACE_MS }
    const end = await processes.run({ command: command.value, directory, env, log, append: false, ...limits })
    return { end, said: tailOf(log, 5, secrets).findLast((line) => line.trim() !== '') ?? '' }
  }

  const ask = async (request: Parameters<Prober['ready']>[0]): Promise<ProbeAnswer> => {
    const { probe, log, logStart } = request
    switch (probe.kind) {
      case 'http':
        return askHttp(probe.url, PROBE_TIMEOUT_MS, cut.signal)
      case 'tcp':
        return askTcp(probe.host, probe.port, PROBE_TIMEOUT_MS, cut.signal)
      case 'log':
        if (log === null) return { status: 'unknown', detail: 'there is no log to search' }
        return askLog({ log, from: logStart, pattern: probe.pattern })
      case 'script': {
        const { end, said } = await runScript(request, probe.script)
        return answerOfReadiness(probe.script, end, said)
      }
    }
  }

  const masked = (answer: ProbeAnswer): ProbeAnswer => ({ ...answer, detail: secrets.mask(answer.detail) })

  return {
    async status(request) {
      const { end, said } = await runScript(request, request.script)
      return masked(answerOfStatus(request.script, end, said))
    },

    ready: async (request) => masked(await ask(request)),

    interrupt(urgency) {
      cut.abort()
      processes.interrupt(urgency)
    },

    allow() {
      cut = patientController()
      processes.allow()
    },
  }
}

/** Each question listens while it is asked: many do at a time. */
function patientController(): AbortController {
  const controller = new AbortController()
  setMaxListeners(0, controller.signal)
  return controller
}

/** Exit codes as for LSB init scripts. */
function answerOfStatus(script: string, end: ScriptEnd, said: string): ProbeAnswer {
  if (end.kind !== 'exited') return { status: 'unknown', detail: withoutAnswer(script, end) }
  const detail = said || `${script} exited with code ${end.exitCode}`
  if (end.exitCode === 0) return { status: 'up', detail: said || `${script} says that it runs` }
  if (end.exitCode <= 3) return { status: 'down', dead: end.exitCode < 3, detail }
  return { status: 'unknown', detail }
}

function answerOfReadiness(script: string, end: ScriptEnd, said: string): ProbeAnswer {
  if (end.kind !== 'exited') return { status: 'unknown', detail: withoutAnswer(script, end) }
  if (end.exitCode === 0) return { status: 'up', detail: said || `${script} says that it is ready` }
  return { status: 'down', dead: false, detail: said || `${script} exited with code ${end.exitCode}` }
}

function withoutAnswer(script: string, end: Exclude<ScriptEnd, { kind: 'exited' }>): string {
  switch (end.kind) {
    case 'timed-out':
      return silence(script, end.afterMs)
    case 'signalled':
      return `${script} was ended by ${end.signal}`
    case 'cancelled':
      return `${script} was interrupted`
    case 'not-run':
      return end.message
  }
}
