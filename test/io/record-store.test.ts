import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createRecordStore } from '../../src/io/state/record-store.ts'
import { temporary } from './rig.ts'

it('what stays in the way of a record is a problem once, however often records are read', () => {
  const [cluster, elsewhere] = [temporary(), temporary()]
  mkdirSync(join(cluster, 'services'))
  const path = join(cluster, 'services/web')
  symlinkSync(elsewhere, path)
  const records = createRecordStore(cluster)
  for (let round = 0; round < 3; round++) {
    expect(records.names()).toEqual([])
    records.reread()
  }
  expect(records.problems()).toMatchObject([{ code: 'state-unsafe', data: { path, problem: 'link' } }])
})
