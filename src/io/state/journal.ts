import { closeSync, constants, fstatSync, ftruncateSync, writeSync } from 'node:fs'
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts'
import { err, ok, type Result } from '../../model/result.ts'
import type { JournalEntry } from '../../model/run.ts'
import { makeDirectory, openPrivate } from './atomic-file.ts'
import type { GroupCommit } from './group-commit.ts'
import { readPlain } from './plain-file.ts'
import { guarded } from './state-error.ts'
import { readText, stateText } from './state-file.ts'
import { isEntry } from './state-shape.ts'
import { STATE_VERSION } from './state-versions.ts'

/** A journal that is being written. */
export interface JournalWriter {
  /** Appends an entry with one write: from then on, the death of this process loses nothing of it. */
  append(entry: JournalEntry): void
  close(): void
}

/**
 * Opens a run's journal to append to it, making it where there is none. A last line that was never finished is taken off
 * first. `commit` is told of it, to bring it to the disk with the rest.
 */
export function openJournal(directory: string, commit: GroupCommit): JournalWriter {
  const path = journalFile(directory)
  const fd = guarded(path, () => {
    makeDirectory(directory)
    const opened = openPrivate(path, constants.O_APPEND)
    takeOffTornLine(path, opened)
    return opened
  })
  return {
    append(entry) {
      const { type, time, ...rest } = entry
      const line = Buffer.from(stateText({ type, time, ...rest }))
      guarded(path, () => {
        const { size } = fstatSync(fd)
        try {
          for (let done = 0; done < line.length; ) done += writeSync(fd, line, done)
        } catch (error) {
          // Half a line would make one line of itself and the next.
          ftruncateSync(fd, size)
          throw error
        }
      })
      commit.touch(path)
    },
    close: () => closeSync(fd),
  }
}

/** The entries of a run's journal, `undefined` where there is none. A torn last line is left out. */
export function readJournal(directory: string): Result<readonly JournalEntry[] | undefined, Diagnostic> {
  const path = journalFile(directory)
  const read = guarded(path, () => readText(path))
  if (read === undefined) return ok(undefined)
  if ('problem' in read) return err(diagnostic('state-corrupt', { path, message: read.problem, setAside: null }))
  const { text } = read
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
  const entries: JournalEntry[] = []
  for (const [index, line] of lines.slice(0, -1).entries()) {
    const entry = parseEntry(line)
    if (entry === undefined) return err(corrupt(path, index + 1))
    if (entry.v > STATE_VERSION) {
      return err(diagnostic('state-newer', { path, found: entry.v, supported: STATE_VERSION }))
    }
    entries.push(entry)
  }
  return ok(entries)
}

export const journalFile = (directory: string): string => `${directory}/journal.jsonl`

const corrupt = (path: string, line: number): Diagnostic =>
  diagnostic('state-corrupt', { path, message: `line ${line} is no entry of a journal`, setAside: null })

function parseEntry(line: string): (JournalEntry & { readonly v: number }) | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return isEntry(value) ? value : undefined
  } catch {
    return undefined
  }
}

function takeOffTornLine(path: string, fd: number): void {
  if (fstatSync(fd).size === 0) return
  const bytes = readPlain(path)
  const end = bytes.lastIndexOf('\n') + 1
  if (end < bytes.length) ftruncateSync(fd, end)
}
