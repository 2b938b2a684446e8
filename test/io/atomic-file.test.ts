import { existsSync, linkSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createFile, replaceFile } from '../../src/io/state/atomic-file.ts'
import { ownSuffix, sweepHalfWritten } from '../../src/io/state/half-written.ts'
import { temporary } from './rig.ts'

it.each([
  ['a symbolic', symlinkSync],
  ['a hard', linkSync],
])('what is half written replaces %s link in its place', (_, link) => {
  for (const write of [replaceFile, createFile]) {
    const [top, outside] = [temporary(), temporary()]
    writeFileSync(join(outside, 'precious'), 'yes')
    link(join(outside, 'precious'), join(top, `file${ownSuffix()}`))
    write(join(top, 'file'), 'new')
    expect(readFileSync(join(top, 'file'), 'utf8')).toBe('new')
    expect(readFileSync(join(outside, 'precious'), 'utf8')).toBe('yes')
    expect(readdirSync(top)).toEqual(['file'])
  }
})

it('what cannot be put into its place leaves nothing beside it', () => {
  const top = temporary()
  expect(() => replaceFile(join(top, 'x'.repeat(250), 'file'), '')).not.toThrow()
  expect(() => replaceFile(join(top, 'x'.repeat(250)), '')).toThrow()
  expect(existsSync(join(top, `${'x'.repeat(250)}${ownSuffix()}`))).toBe(false)
  expect(readdirSync(top)).toEqual(['x'.repeat(250)])
})

it('what another process with the same number is writing elsewhere is left to it', () => {
  const top = temporary()
  const [, host, nonce] = /^\.\d+-([\da-f]+)-([\da-f]+)\.tmp$/.exec(ownSuffix()) ?? []
  // In another container, where it has the same number; and on another machine, where one is at work that is not here.
  const others = [`file.${process.pid}-${host}-00000000.tmp`, 'file.99999999-00000000-00000000.tmp']
  for (const name of others) writeFileSync(join(top, name), 'theirs')
  expect(nonce).not.toBe('00000000')
  replaceFile(join(top, 'file'), 'mine')
  sweepHalfWritten(top, [])
  expect(readdirSync(top).sort()).toEqual(['file', ...others].sort())
  const gone = [`file.99999999-${host}-00000000.tmp`, 'file.99999999.tmp']
  for (const name of gone) writeFileSync(join(top, name), '')
  sweepHalfWritten(top, [])
  expect(readdirSync(top).sort()).toEqual(['file', ...others].sort())
})
