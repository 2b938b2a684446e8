import { spawnSync } from 'node:child_process'
import { closeSync, ftruncateSync, mkdirSync, openSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { digestFile, readOptional, readShown, unreadable } from '../../src/io/project/project-file.ts'
import type { Diagnostic } from '../../src/model/diagnostic.ts'
import { temporary } from './rig.ts'

function problemOf(file: string, limit?: number): Diagnostic | undefined {
  const read = readOptional(file, limit)
  return read.ok ? undefined : read.error
}

const place = (problem: Diagnostic | undefined): string | undefined =>
  problem?.span && `${problem.span.start.line}:${problem.span.start.column}`

it('reads a file, and finds none where none is', () => {
  const directory = temporary()
  writeFileSync(join(directory, 'a'), 'abc')
  expect(readOptional(join(directory, 'a'))).toEqual({ ok: true, value: 'abc' })
  expect(readOptional(join(directory, 'b'))).toEqual({ ok: true, value: undefined })
  expect(readOptional(join(directory, 'a/below'))).toEqual({ ok: true, value: undefined })
})

it('hashes a file, and keeps a small one', () => {
  const directory = temporary()
  const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
  writeFileSync(join(directory, 'a'), 'abc')
  expect(digestFile(join(directory, 'a'))).toEqual({ ok: true, value: { sha256, bytes: Buffer.from('abc') } })
  expect(digestFile(join(directory, 'b')).ok).toBe(false)
  // As `head -c 3000000 /dev/zero | sha256sum` has it: three parts, the last not full.
  writeFileSync(join(directory, 'large'), Buffer.alloc(3_000_000))
  const expected = spawnSync('sha256sum', [join(directory, 'large')], { encoding: 'utf8' }).stdout.slice(0, 64)
  expect(digestFile(join(directory, 'large'))).toEqual({ ok: true, value: { sha256: expected, bytes: undefined } })
})

it('says what stands where a file is expected, without opening it', async () => {
  const directory = temporary()
  mkdirSync(join(directory, 'directory'))
  spawnSync('mkfifo', [join(directory, 'pipe')])
  symlinkSync('/dev/zero', join(directory, 'device'))
  const server = createServer().listen(join(directory, 'socket'))
  onTestFinished(() => void server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  for (const [name, found] of [
    ['directory', 'a directory'],
    ['pipe', 'a named pipe'],
    ['device', 'a device'],
    ['socket', 'a socket'],
  ] as const) {
    const path = join(directory, name)
    expect(problemOf(path)).toMatchObject({ code: 'not-a-file', data: { what: null, path, found } })
    expect(readShown(path)).toBeUndefined()
    expect(digestFile(path)).toMatchObject({ ok: false, error: { code: 'not-a-file' } })
  }
})

it('does not read what is larger than the limit', () => {
  const file = join(temporary(), 'sparse')
  const descriptor = openSync(file, 'w')
  ftruncateSync(descriptor, 10 * 1024 ** 3)
  closeSync(descriptor)
  expect(problemOf(file)).toMatchObject({ code: 'file-too-large', data: { bytes: 10 * 1024 ** 3, limit: 524_288 } })
  expect(readShown(file)).toBeUndefined()
  const small = join(temporary(), 'small')
  writeFileSync(small, 'é')
  expect(problemOf(small, 1)).toMatchObject({ code: 'file-too-large', data: { bytes: 2, limit: 1 } })
  expect(problemOf(small, 2)).toBeUndefined()
})

it.each([
  ['a NUL byte', Buffer.from('a: 1\nb: é\0\n'), 'nul', 0, '2:5'],
  ['Latin-1', Buffer.from('a: 1\nb: caf\xe9\n', 'latin1'), 'not-utf-8', 0xe9, '2:7'],
  ['a byte that begins nothing', Buffer.from([0x61, 0x80, 0x61]), 'not-utf-8', 0x80, '1:2'],
  ['a character that is cut off', Buffer.from('😀').subarray(0, 3), 'not-utf-8', 0xf0, '1:1'],
  ['an overlong slash', Buffer.from([0xc0, 0xaf]), 'not-utf-8', 0xc0, '1:1'],
  ['half a surrogate pair', Buffer.from([0x61, 0xed, 0xa0, 0x80]), 'not-utf-8', 0xed, '1:2'],
  ['what follows a byte order mark', Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0xff]), 'not-utf-8', 0xff, '1:2'],
  ['the first of both', Buffer.from([0x61, 0x00, 0xff]), 'nul', 0, '1:2'],
  ['UTF-16', Buffer.from('\ufeffa: 1\n', 'utf16le'), 'utf-16', 0xff, '1:1'],
])('points at what is no text: %s', (_, bytes, problem, byte, at) => {
  const file = join(temporary(), 'text')
  writeFileSync(file, bytes)
  const found = problemOf(file)
  expect(found).toMatchObject({ code: 'not-text', data: { problem, byte } })
  expect(place(found)).toBe(at)
})

it('takes carriage returns and a byte order mark for text', () => {
  const file = join(temporary(), 'text')
  writeFileSync(file, '\ufeffa: 1\r\nb: 2\r')
  expect(readOptional(file)).toEqual({ ok: true, value: '\ufeffa: 1\r\nb: 2\r' })
})

it('says why a file cannot be read', () => {
  const directory = temporary()
  symlinkSync('round', join(directory, 'round'))
  const reason = (path: string): unknown => problemOf(join(directory, path))?.data
  expect(reason('round')).toMatchObject({ reason: 'its symbolic links lead in a circle' })
  expect(reason('x'.repeat(300))).toMatchObject({ reason: 'the name is too long' })
})

it.each([
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EISDIR', 'a directory is where a file should be'],
  ['ELOOP', 'its symbolic links lead in a circle'],
  ['ENAMETOOLONG', 'the name is too long'],
  ['EMFILE', 'too many open files'],
  ['EIO', 'the device failed'],
  ['ESTRANGE', 'ESTRANGE'],
])('words %s', (code, reason) => {
  const error = Object.assign(new Error(code), { code, syscall: 'open' })
  expect(unreadable('/p/a', error)).toMatchObject({
    code: 'unreadable-file',
    span: { file: '/p/a' },
    data: { path: '/p/a', reason },
  })
  expect(() => unreadable('/p/a', new TypeError('a bug'))).toThrow('a bug')
})
