import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { TestProject } from '../rig/project.ts'
import { until } from '../rig/until.ts'

const MIB = 1024 * 1024
/** What a log and its five older parts may take. */
const CAPPED = 61 * MIB

/** Writes so many MiB, then its last words. It goes no faster than a disk would let it. */
const flood = (mib: number): string =>
  `for _ in $(seq ${mib / 8}); do yes | head -c 8M; sleep 0.02; done; echo "last words"; touch "$PAICTL_DATA_DIR/flooded"`

const logDirectory = (project: TestProject): string => join(project.state, 'project/services/chatty/logs')

/** Bytes on the disk, which of a file with holes are fewer than its size says. */
function taken(project: TestProject): number {
  return readdirSync(logDirectory(project))
    .map((name) => statSync(join(logDirectory(project), name), { throwIfNoEntry: false }))
    .reduce((sum, stat) => sum + (stat?.blocks ?? 0) * 512, 0)
}

/** Looks again and again until the flood is over; returns the most that was taken at any time. */
async function peak(project: TestProject): Promise<number> {
  let most = 0
  await until(
    () => {
      most = Math.max(most, taken(project))
      return existsSync(project.data('chatty', 'flooded'))
    },
    'the end of the flood',
    60_000,
  )
  return most
}

function newestLog(project: TestProject): string {
  const name = readdirSync(logDirectory(project)).find((one) => one.endsWith('-start.log'))
  return join(logDirectory(project), name ?? '')
}

test('a daemon that writes 1 GiB while a run is on does not fill the disk', { timeout: 90_000 }, async () => {
  const project = new TestProject()
  project.component('chatty', '', { 'start.sh': `(${flood(1024)}) &` })
  project.component('slow', 'prerequisite: [chatty]\n')
  const gate = project.gate('start slow')
  const run = project.spawn(['service', 'start', '--all'])
  await gate.reached
  expect(await peak(project)).toBeLessThan(700 * MIB)
  await until(() => taken(project) <= CAPPED, 'the log being cut', 10_000)
  await gate.open()
  expect(await run.finished).toMatchObject({ code: 0 })
  expect(taken(project)).toBeLessThanOrEqual(CAPPED)
  const names = readdirSync(logDirectory(project)).map((name) => name.replace(/^.*-start/, 'start'))
  expect(names.sort()).toEqual(['start.log', ...[1, 2, 3, 4, 5].map((part) => `start.log.${part}`)])
  // It was cut under a writer that appends: nothing but what was written is in it, no hole before the new end.
  for (const name of readdirSync(logDirectory(project))) {
    expect(readFileSync(join(logDirectory(project), name)).includes(0)).toBe(false)
  }
  const { stdout } = await project.paictl('service', 'logs', 'chatty', '--lines', '2')
  expect(stdout).toMatch(/y\n.*last words\n/)
})

test('a step that floods its log goes on, and what it says last is shown', { timeout: 90_000 }, async () => {
  const project = new TestProject()
  project.component('chatty', '', { 'start.sh': `${flood(128)}\nread -r _ < "$GATES/rest"\nexit 5` })
  const gate = project.gate('rest')
  const run = project.spawn(['service', 'start', 'chatty'])
  await project.traced('begin start chatty')
  await peak(project)
  await until(() => taken(project) <= CAPPED, 'the log being cut', 10_000)
  await gate.open()
  const { code, stdout } = await run.finished
  expect([code, stdout]).toEqual([1, expect.stringContaining('| last words')])
  expect(taken(project)).toBeLessThanOrEqual(CAPPED)
})

test.each([
  ['status', 3],
  ['logs', 0],
  ['start', 0],
])('what was written since the last run is cut by the next %s', { timeout: 30_000 }, async (command, code) => {
  const project = new TestProject()
  project.component('chatty', '', {
    'start.sh': '(read -r _ < "$GATES/flood"; yes | head -c 80M; echo said; touch "$PAICTL_DATA_DIR/flooded") &',
  })
  project.component('other', 'prerequisite: [chatty]\n')
  const gate = project.gate('flood')
  expect(await project.paictl('service', 'start', 'chatty')).toMatchObject({ code: 0 })
  await gate.open()
  await peak(project)
  expect(taken(project)).toBeGreaterThan(79 * MIB)
  const { code: found } = await project.paictl(
    'service',
    command,
    ...(command === 'start' ? ['other', '--no-prerequisites'] : []),
  )
  expect(found).toBe(code)
  expect(taken(project)).toBeLessThanOrEqual(11 * MIB)
  expect((await project.paictl('service', 'logs', 'chatty')).stdout).toContain('said\n')
  expect(existsSync(`${newestLog(project)}.1`)).toBe(true)
})
