import { appendFileSync, lstatSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createGroupCommit } from '../../src/io/state/group-commit.ts'
import { journalFile, openJournal, readJournal } from '../../src/io/state/journal.ts'
import type { JournalEntry } from '../../src/model/run.ts'
import { temporary } from './rig.ts'

const intent = (step: string, time = 1): JournalEntry => ({ type: 'intent', step, time })

function journalWith(...entries: readonly JournalEntry[]): string {
  const directory = temporary()
  const journal = openJournal(directory, createGroupCommit())
  for (const entry of entries) journal.append(entry)
  journal.close()
  return directory
}

const read = (directory: string): unknown => readJournal(directory)

test('gives back what was appended, also over several times of opening; only its owner may read it', () => {
  const directory = journalWith(intent('start:a'))
  const again = openJournal(directory, createGroupCommit())
  again.append(intent('start:b', 2))
  again.close()
  expect(read(directory)).toMatchObject({ ok: true, value: [intent('start:a'), intent('start:b', 2)] })
  expect(lstatSync(journalFile(directory)).mode & 0o777).toBe(0o600)
})

test('where there is none, nothing is read', () => {
  expect(read(join(temporary(), 'none'))).toEqual({ ok: true, value: undefined })
})

test('a torn last line is left out, and taken off before anything is appended', () => {
  const directory = journalWith(intent('start:a'))
  for (const torn of ['{', '{"v":2,"type":"intent","step":"start:x","time":3}']) {
    appendFileSync(journalFile(directory), torn)
    expect(read(directory)).toMatchObject({ ok: true, value: [intent('start:a')] })
    openJournal(directory, createGroupCommit()).close()
    expect(readFileSync(journalFile(directory), 'utf8').split('\n')).toHaveLength(2)
  }
})

test('a line in the middle that makes no sense is damage, which names it', () => {
  const directory = journalWith(intent('start:a'), intent('start:b'))
  const lines = readFileSync(journalFile(directory), 'utf8').split('\n')
  for (const damaged of [
    '',
    'null',
    '{"v":2}',
    '[1]',
    '{"v":2,"type":"intent","time":"now"}',
    '{"v":2,"type":"outcome","step":"start:x","time":1}',
  ]) {
    writeFileSync(journalFile(directory), [lines[0], damaged, lines[1], ''].join('\n'))
    expect(read(directory)).toMatchObject({
      ok: false,
      error: { code: 'state-corrupt', data: { message: 'line 2 is no entry of a journal' } },
    })
  }
})

test('one of a newer paictl is refused', () => {
  const directory = journalWith(intent('start:a'))
  appendFileSync(journalFile(directory), '{"v":99,"type":"moon","time":1}\n')
  expect(read(directory)).toMatchObject({ ok: false, error: { code: 'state-newer', data: { found: 99 } } })
})

test('a link in its place is not followed', () => {
  const directory = temporary()
  const elsewhere = join(temporary(), 'other')
  writeFileSync(elsewhere, 'mine\n')
  symlinkSync(elsewhere, journalFile(directory))
  expect(() => openJournal(directory, createGroupCommit())).toThrow('a symbolic link is where a file should be')
  expect(readFileSync(elsewhere, 'utf8')).toBe('mine\n')
})

test('what is brought to the disk may be gone by then', async () => {
  const commit = createGroupCommit()
  commit.touch(join(temporary(), 'gone'))
  await expect(commit.flush()).resolves.toBeUndefined()
})
