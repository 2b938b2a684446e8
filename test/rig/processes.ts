import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** The processes that have to do with a directory: their working directory is in it, or their command line names it. */
export function processesOf(directory: string): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .filter((pid) => isIn(directory, pid))
    .map(Number)
}

function isIn(directory: string, pid: string): boolean {
  try {
    if (/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) return false
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    return command.includes(directory) || readlinkSync(`/proc/${pid}/cwd`).startsWith(directory)
  } catch {
    // It has ended meanwhile, or belongs to somebody else.
    return false
  }
}
