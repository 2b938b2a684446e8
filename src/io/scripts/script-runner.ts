import type { ScriptRunner } from '../../engine/ports.ts'
import { commandFor } from './script-command.ts'
import { commonEnvironment, type ScriptContext, scriptEnvironments } from './script-environment.ts'
import { GRACE_MS, ScriptProcesses } from './script-processes.ts'

export interface ClusterScripts extends ScriptRunner {
  /** Prepares for about `count` scripts. */
  expect(count: number): void
  /** Takes an interruption back for what comes now. */
  allow(): void
}

/** Runs components' scripts, each in a process group of its own. */
export function createScriptRunner(context: ScriptContext): ClusterScripts {
  const common = commonEnvironment(context)
  const processes = new ScriptProcesses(common)
  const environment = scriptEnvironments(context, common)
  const searchPath = context.env.PATH ?? ''

  return {
    async run(request) {
      const { applied, script, log, timeoutMs, onStarted } = request
      const directory = applied.deployDirectory
      const command = commandFor({ directory, script, strictShell: applied.strictShell, searchPath })
      if (!command.ok) return { kind: 'not-run', message: command.error }
      const env = environment(request)
      const limits = { timeoutMs, graceMs: GRACE_MS }
      return processes.run({
        command: command.value,
        directory,
        env,
        log,
        append: true,
        ...limits,
        ...(onStarted && { onStarted }),
      })
    },

    interrupt: (urgency) => processes.interrupt(urgency),
    allow: () => processes.allow(),
    expect: (count) => processes.expect(count),
  }
}
