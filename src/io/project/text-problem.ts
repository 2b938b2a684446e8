import { isUtf8 } from 'node:buffer'
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts'
import type { Position } from '../../model/span.ts'

/** `not-text` at the first byte that no text can hold: one that is not UTF-8, or a NUL. */
export function findTextProblem(file: string, bytes: Uint8Array): Diagnostic | undefined {
  if (hasMark(bytes, 0xff, 0xfe) || hasMark(bytes, 0xfe, 0xff)) return notText(file, bytes, 0, 'utf-16')
  const bad = isUtf8(bytes) ? -1 : firstBadByte(bytes)
  const nul = bytes.indexOf(0)
  if (nul !== -1 && (bad === -1 || nul < bad)) return notText(file, bytes, nul, 'nul')
  return bad === -1 ? undefined : notText(file, bytes, bad, 'not-utf-8')
}

function notText(file: string, bytes: Uint8Array, at: number, problem: 'nul' | 'not-utf-8' | 'utf-16'): Diagnostic {
  const start = positionOf(bytes, at)
  const end = problem === 'utf-16' ? start : { ...start, column: start.column + 1 }
  return diagnostic('not-text', { problem, byte: bytes[at] ?? 0 }, { span: { file, start, end } })
}

/** Where a byte stands in the text before it, which is valid; a byte order mark is no column. */
function positionOf(bytes: Uint8Array, at: number): Position {
  const before = new TextDecoder().decode(bytes.subarray(0, at))
  const lines = before.split(/\r\n?|\n/)
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 }
}

function firstBadByte(bytes: Uint8Array): number {
  let at = 0
  while (at < bytes.length) {
    const length = lengthFrom(bytes[at] ?? 0)
    if (length > 1 && !isUtf8(bytes.subarray(at, at + length))) return at
    if (length === 0) return at
    at += length
  }
  return -1
}

/** How many bytes the character has that begins with `lead`; 0 for what begins none. */
function lengthFrom(lead: number): number {
  if (lead < 0x80) return 1
  if (lead < 0xc2) return 0
  if (lead < 0xe0) return 2
  if (lead < 0xf0) return 3
  return lead < 0xf5 ? 4 : 0
}

const hasMark = (bytes: Uint8Array, first: number, second: number): boolean => bytes[0] === first && bytes[1] === second
