import { rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createGroupCommit } from '../../src/io/state/group-commit.ts'
import { temporary } from './rig.ts'

it('what the disk has refused is tried once more by the next flush, and is no failure for good', async () => {
  const path = join(temporary(), 'file')
  symlinkSync(path, path)
  const commit = createGroupCommit()
  commit.touch(path)
  await expect(commit.flush()).rejects.toMatchObject({ diagnostic: { code: 'state-unwritable', data: { path } } })
  await expect(commit.flush()).rejects.toThrow(path)
  rmSync(path)
  writeFileSync(path, 'there')
  await commit.flush()
})

it('what is gone by the time is nothing to lose', async () => {
  const commit = createGroupCommit()
  commit.touch(join(temporary(), 'gone'))
  await commit.flush()
})
