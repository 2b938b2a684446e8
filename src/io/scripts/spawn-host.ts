import type { Environment } from './script-environment.ts'
import type { SpawnRequest } from './spawn.ts'
import { spawnBare } from './spawn-bare.ts'

/** What a host is told: to start a script, numbered. Of the environment only what differs from the host's own. */
export interface HostRequest extends SpawnRequest {
  readonly id: number
}

/** What a host answers: once that a script was started (or not), once that it has ended. */
export type HostAnswer =
  | { readonly id: number; readonly kind: 'started'; readonly pid: number }
  | { readonly id: number; readonly kind: 'failed'; readonly error: string }
  | { readonly id: number; readonly kind: 'ended'; readonly exitCode?: number; readonly signal?: string }

/**
 * Serves as a host: a process that only starts scripts for another one, over its IPC channel, until that is closed. Scripts
 * that run then go on.
 */
export function serveAsHost(host: NodeJS.Process): void {
  const common = Object.fromEntries(Object.entries(host.env).filter(([name]) => !name.startsWith('NODE_CHANNEL_')))
  // The signals of a terminal are for the process that asked; it ends scripts as it sees fit.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) host.on(signal, () => {})
  const answer = (message: HostAnswer): void => void (host.connected && host.send?.(message))

  host.on('message', async (message) => {
    const { id, ...request } = message as HostRequest
    const env = { ...common, ...request.env } as Environment
    const spawned = await spawnBare({ ...request, env })
    if ('error' in spawned) return answer({ id, kind: 'failed', error: spawned.error })
    answer({ id, kind: 'started', pid: spawned.pid })
    const { exitCode, signal } = await spawned.ended
    answer({ id, kind: 'ended', ...(exitCode !== undefined && { exitCode }), ...(signal !== undefined && { signal }) })
  })
}
