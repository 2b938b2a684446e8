import { spawn } from 'node:child_process'
import { closeSync } from 'node:fs'
import { plainReason } from '../state/state-error.ts'
import { openOutput } from './script-output.ts'
import type { ProcessEnd, Spawn } from './spawn.ts'

/**
 * Starts a script as a child of this process without execa, whose comfort costs the hosts a fifth of the time of a large
 * plan: they hand on what the system says of a process, and need nothing else of it.
 */
export const spawnBare: Spawn = ({ command, directory, env, log, append }) => {
  const output = openOutput({ log, append })
  if (!output.ok) return Promise.resolve({ error: output.error })
  const child = spawn(command.file, command.args, {
    cwd: directory,
    env,
    detached: true,
    stdio: ['ignore', output.value, output.value],
  })
  closeSync(output.value)
  const { pid } = child
  if (pid === undefined) {
    return new Promise((resolve) => {
      child.on('error', (error) => resolve({ error: `${command.file} could not be started: ${plainReason(error)}` }))
    })
  }
  // The exit, not the close: whoever still holds the output does not matter.
  const ended = new Promise<ProcessEnd>((resolve) => {
    child.on('exit', (exitCode, signal) => resolve({ exitCode: exitCode ?? undefined, signal: signal ?? undefined }))
  })
  return Promise.resolve({ pid, ended })
}
