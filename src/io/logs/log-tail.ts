import { closeSync, fstatSync, readSync } from 'node:fs'
import { Secrets } from '../../model/secrets.ts'
import { openPlain } from '../state/plain-file.ts'
import { isAbsent } from '../state/state-error.ts'

const BLOCK = 64 * 1024
/** How much is read at most: lines without an end must not fill the memory. */
const MOST = 4 * 1024 * 1024
const LONGEST_LINE = 500

/** The last `lines` lines of a file, made harmless, secrets masked; empty where there is none. Reads only its end. */
export function tailOf(path: string, lines: number, secrets = new Secrets()): string[] {
  let fd: number
  try {
    fd = openPlain(path)
  } catch (error) {
    if (isAbsent(error)) return []
    throw error
  }
  try {
    const text = secrets.mask(readEnd(fd, lines).toString('utf8'))
    const all = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n')
    return text === '' ? [] : all.slice(-lines).map((line) => cut(secrets.mask(harmless(line))))
  } finally {
    closeSync(fd)
  }
}

/** A line of somebody's output without what a terminal would act on: escape sequences, controls, reversed text. */
export function harmless(line: string): string {
  // A progress bar writes over itself: what was there last is what a reader saw.
  const shown = line.replace(/\r+$/, '')
  return shown
    .slice(shown.lastIndexOf('\r') + 1)
    .replace(ESCAPES, '')
    .replace(INVISIBLE, '')
    .replace(CONTROLS, '\uFFFD')
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be found
const ESCAPES = /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]/g
const INVISIBLE = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be found
const CONTROLS = /[\0-\x08\x0a-\x1f\x7f-\x9f]/g

/** Reads backwards until there are line ends enough. */
function readEnd(fd: number, lines: number): Buffer {
  const { size } = fstatSync(fd)
  const blocks: Buffer[] = []
  let position = size
  let ends = 0
  while (position > 0 && ends <= lines && size - position < MOST) {
    const length = Math.min(BLOCK, position)
    position -= length
    const block = Buffer.alloc(length)
    const got = block.subarray(0, readSync(fd, block, 0, length, position))
    for (let at = got.indexOf(10); at !== -1; at = got.indexOf(10, at + 1)) ends += 1
    blocks.unshift(got)
  }
  return Buffer.concat(blocks)
}

function cut(line: string): string {
  return line.length <= LONGEST_LINE ? line : `${line.slice(0, LONGEST_LINE - 1)}…`
}
