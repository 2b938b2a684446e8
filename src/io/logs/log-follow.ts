import { closeSync, type FSWatcher, fstatSync, readSync, watch } from 'node:fs'
import { dirname } from 'node:path'
import { StringDecoder } from 'node:string_decoder'
import { openPlain } from '../state/plain-file.ts'
import { guarded, isAbsent } from '../state/state-error.ts'

export interface FollowRequest {
  readonly path: string
  /** Bytes of the file that were shown before. */
  readonly from: number
  readonly onChunk: (text: string) => void
  readonly signal: AbortSignal
}

/** Some file systems report no changes: those are looked for, too. */
const POLL_MS = 500
const BLOCK = 64 * 1024

/** Hands on what is appended to a log, until `signal` aborts. The file may be cut, or not exist yet. */
export function follow({ path, from, onChunk, signal }: FollowRequest): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  const buffer = Buffer.alloc(BLOCK)
  let decoder = new StringDecoder('utf8')
  let position = from

  const readOn = (): void => {
    const fd = openIfThere(path)
    if (fd === undefined) return
    try {
      if (fstatSync(fd).size < position) {
        position = 0
        decoder = new StringDecoder('utf8')
      }
      for (;;) {
        const length = readSync(fd, buffer, 0, BLOCK, position)
        if (length === 0) return
        position += length
        onChunk(decoder.write(buffer.subarray(0, length)))
      }
    } finally {
      closeSync(fd)
    }
  }

  return new Promise((resolve, reject) => {
    const end = (error?: unknown): void => {
      clearInterval(timer)
      watcher?.close()
      signal.removeEventListener('abort', aborted)
      if (error === undefined) resolve()
      else reject(error)
    }
    const look = (): void => {
      try {
        guarded(path, readOn)
      } catch (error) {
        end(error)
      }
    }
    const aborted = (): void => end()
    const timer = setInterval(look, POLL_MS)
    const watcher = watchDirectory(dirname(path), look)
    signal.addEventListener('abort', aborted)
    look()
  })
}

function openIfThere(path: string): number | undefined {
  try {
    return openPlain(path)
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error
  }
}

/** Watches the directory, since the file may come later. Without a watch (there are limits) it is polled alone. */
function watchDirectory(directory: string, onChange: () => void): FSWatcher | undefined {
  try {
    return watch(directory, onChange).on('error', () => undefined)
  } catch {
    return undefined
  }
}
