import { closeSync } from 'node:fs'
import { plainReason } from '../state/state-error.ts'
import { openOutput } from './script-output.ts'
import type { Spawn } from './spawn.ts'

/** Starts a script as a child of this process. */
export const spawnHere: Spawn = async ({ command, directory, env, log, append }) => {
  const { execa } = await loadExeca()
  const opened = openOutput({ log, append })
  if (!opened.ok) return { error: opened.error }
  // execa takes every descriptor, but its types only know the first ten.
  const output = opened.value as 3
  // Descriptors, since execa would pipe a `{file}` and wait for whoever still writes to it.
  const subprocess = execa(command.file, command.args, {
    cwd: directory,
    env,
    extendEnv: false,
    detached: true,
    cleanup: false,
    stdin: 'ignore',
    stdout: output,
    stderr: output,
    buffer: false,
    reject: false,
  })
  closeSync(output)
  const { pid } = subprocess
  if (pid === undefined) {
    const { cause } = await subprocess
    return { error: `${command.file} could not be started: ${plainReason(cause)}` }
  }
  return { pid, ended: subprocess.then(({ exitCode, signal }) => ({ exitCode, signal })) }
}

/** execa takes tens of milliseconds to load, which commands that run no script need not wait for. */
function loadExeca(): Promise<typeof import('execa')> {
  loaded ??= import('execa')
  return loaded
}
let loaded: Promise<typeof import('execa')> | undefined
