import { existsSync, linkSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createFile, replaceFile } from '../../src/io/atomic-file.ts'
import { temporary } from './rig.ts'

it.each([
  ['a symbolic', symlinkSync],
  ['a hard', linkSync],
])('what is half written replaces %s link in its place', (_, link) => {
  for (const write of [replaceFile, createFile]) {
    const [top, outside] = [temporary(), temporary()]
    writeFileSync(join(outside, 'precious'), 'yes')
    link(join(outside, 'precious'), join(top, `file.${process.pid}.tmp`))
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
  expect(existsSync(join(top, `${'x'.repeat(250)}.${process.pid}.tmp`))).toBe(false)
  expect(readdirSync(top)).toEqual(['x'.repeat(250)])
})
