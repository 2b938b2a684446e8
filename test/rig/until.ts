import { setTimeout as pause } from 'node:timers/promises'

/** Waits until `holds` does; fails with what was waited for when that takes longer than 30 s. */
export async function until(holds: () => boolean | Promise<boolean>, what: string, timeoutMs = 30_000): Promise<void> {
  const deadline = Date.now() + timeoutMs
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms for ${what}`)
    await pause(5)
  }
}
