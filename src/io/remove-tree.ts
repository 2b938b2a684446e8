import { chmodSync, lstatSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { systemCode } from './state-error.ts'

/** Removes a file or directory with all that is in it; links inside are removed, what they lead to is not touched. */
export function removeTree(path: string): void {
  try {
    rmSync(path, OPTIONS)
  } catch (error) {
    const code = systemCode(error)
    if (code !== 'EACCES' && code !== 'EPERM') throw error
    // Some tools protect what they keep by taking the write permission from its directories.
    openUp(path)
    rmSync(path, OPTIONS)
  }
}

const OPTIONS = { recursive: true, force: true, maxRetries: 3 }

function openUp(path: string): void {
  if (!lstatSync(path).isDirectory()) return
  chmodSync(path, 0o700)
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) openUp(join(path, entry.name))
  }
}
