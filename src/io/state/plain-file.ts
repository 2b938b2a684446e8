import { closeSync, constants, openSync, readFileSync } from 'node:fs'

/** Opens a file of the state for reading: what is there must be its own, and no symbolic link to somebody else's. */
export function openPlain(path: string): number {
  return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
}

/** The content of such a file. */
export function readPlain(path: string): Buffer {
  const fd = openPlain(path)
  try {
    return readFileSync(fd)
  } finally {
    closeSync(fd)
  }
}
