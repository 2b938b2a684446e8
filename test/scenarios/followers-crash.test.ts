import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { deploy, followed, misrouted, tables, undeploy } from '../rig/followed.ts'
import { probed } from '../rig/probed.ts'
import { type Finished, TestProject } from '../rig/project.ts'

// Commands about deployments that somebody follows, killed after entries of their journals and gone on with.

/** After which entries: with CRASH_EVERY=1 after all of them, else after some, which takes less long. */
const EVERY = process.env.CRASH_EVERY === undefined ? undefined : Number(process.env.CRASH_EVERY)
/** As many entries as no journal here has. */
const MOST = 40
const RUNNING = ['end start a', 'end start b']

async function running(): Promise<TestProject> {
  const project = new TestProject()
  followed(project)
  deploy(project, 'a', 1)
  deploy(project, 'b', 2)
  await done(project, 'service', 'start', '--all')
  project.forgetTrace()
  return project
}

async function done(project: TestProject, ...args: string[]): Promise<Finished> {
  const finished = await project.paictl(...args)
  expect({ args, ...finished }).toEqual({ args, ...finished, code: 0 })
  return finished
}

/** Goes on with what was killed; where that had not begun, or was over, it is typed again. */
async function goOn(project: TestProject, ...args: string[]): Promise<number | null> {
  const { code, stderr } = await project.paictl('resume')
  return stderr.includes('nothing to go on with') ? (await project.paictl(...args)).code : code
}

/** Has a command killed after one entry of its journal after the other, and `check` see what comes of it; `again` makes it as before. */
async function killedEverywhere(
  project: TestProject,
  args: readonly string[],
  {
    check,
    again,
    every = 2,
  }: {
    readonly check: (place: string) => Promise<void>
    readonly again: () => Promise<void>
    readonly every?: number
  },
): Promise<number> {
  for (let entry = 1; entry < MOST; entry += EVERY ?? every) {
    project.forgetTrace()
    const place = `journal:after:${entry}`
    const { code } = await project.killedAt(place, ...args)
    if (code !== null) return entry - 1
    await check(place)
    await again()
  }
  throw new Error(`${args.join(' ')} did not end`)
}

test('a start that was killed anywhere is gone on with to the right table', { timeout: 120_000 }, async () => {
  const project = await running()
  deploy(project, 'c', 3)
  const kills = await killedEverywhere(project, ['service', 'start', 'c'], {
    check: async (place) => {
      expect([place, await goOn(project, 'service', 'start', 'c')]).toEqual([place, 0])
      const amiss = misrouted([...RUNNING, ...project.trace()])
      expect([place, tables(project).at(-1), amiss]).toEqual([place, 'a=1 b=2 c=3', []])
      project.forgetTrace()
      await done(project, 'apply', '--yes')
      expect([place, project.began()]).toEqual([place, []])
    },
    again: async () => void (await done(project, 'service', 'delete', 'c', '--yes')),
  })
  expect(kills).toBeGreaterThanOrEqual(6)
})

test('a stop that was killed anywhere is gone on with, or done again, and never routed to', {
  timeout: 120_000,
}, async () => {
  const project = await running()
  let resumes = false
  const kills = await killedEverywhere(project, ['service', 'stop', 'a'], {
    check: async (place) => {
      resumes = !resumes
      const args = ['service', 'stop', 'a']
      const code = resumes ? await goOn(project, ...args) : (await done(project, ...args)).code
      expect([place, code]).toEqual([place, 0])
      const amiss = misrouted([...RUNNING, ...project.trace()])
      expect([place, tables(project).at(-1), amiss]).toEqual([place, 'b=2', []])
      expect([place, project.record('a').phase]).toEqual([place, 'stopped'])
    },
    again: async () => void (await done(project, 'service', 'start', 'a')),
  })
  expect(kills).toBeGreaterThanOrEqual(6)
})

test('a rollback that was killed anywhere is gone on with, the follower told first', { timeout: 180_000 }, async () => {
  const project = await running()
  deploy(project, 'c', 3)
  probed(project, 'fails', 'prerequisite: [routes]\n', { 'start.sh': 'exit 1' })
  const args = ['service', 'start', 'c', 'fails', '--on-failure', 'rollback']
  const kills = await killedEverywhere(project, args, {
    check: async (place) => {
      expect([place, await goOn(project, ...args)]).toEqual([place, 1])
      const amiss = misrouted([...RUNNING, ...project.trace()])
      expect([place, amiss, project.record('c').phase]).toEqual([place, [], 'stopped'])
      const now = tables(project).at(-1) ?? 'a=1 b=2'
      expect([place, now]).toEqual([place, 'a=1 b=2'])
    },
    again: async () => void (await done(project, 'service', 'delete', 'c', 'fails', '--yes')),
    every: 4,
  })
  expect(kills).toBeGreaterThanOrEqual(10)
})

test('a delete of a deployment that was killed anywhere is finished, its file last, and never routed to', {
  timeout: 120_000,
}, async () => {
  const project = await running()
  const file = join(project.root, 'cluster-config/deployments/a.yaml')
  const args = ['deployment', 'delete', 'a', '--yes']
  let resumes = false
  const kills = await killedEverywhere(project, args, {
    check: async (place) => {
      const { phase } = project.record('a')
      expect([place, existsSync(file) || phase === 'never-started']).toEqual([place, true])
      resumes = !resumes
      const code = resumes ? await goOn(project, ...args) : (await done(project, ...args)).code
      expect([place, code]).toEqual([place, 0])
      const amiss = misrouted([...RUNNING, ...project.trace()])
      expect([place, tables(project).at(-1), amiss]).toEqual([place, 'b=2', []])
      expect([place, existsSync(file)]).toEqual([place, false])
    },
    again: async () => {
      deploy(project, 'a', 1)
      await done(project, 'service', 'start', 'a')
    },
  })
  expect(kills).toBeGreaterThanOrEqual(6)
})

test('a delete is not gone on with where the follower was told of the deployment again', async () => {
  const project = await running()
  const deleted = ['service', 'delete', 'a', '--yes']
  // The follower has been told, and nothing was done to the deployment.
  const { code } = await project.killedAt('journal:after:4', ...deleted)
  expect([code, project.began()]).toEqual([null, ['refresh routes']])
  deploy(project, 'c', 3)
  await done(project, 'service', 'start', 'c')
  expect(tables(project)).toEqual(['b=2', 'a=1 b=2 c=3'])
  const resumed = await project.paictl('resume')
  expect(resumed.stderr).toContain('there is nothing to go on with')
  expect(project.began().filter((step) => step.startsWith('stop'))).toEqual([])
  await done(project, ...deleted)
  undeploy(project, 'a')
  expect(tables(project).at(-1)).toBe('b=2 c=3')
  expect(misrouted([...RUNNING, ...project.trace()])).toEqual([])
})

test('two commands about deployments of one follower come one after the other', async () => {
  const project = await running()
  deploy(project, 'c', 3)
  deploy(project, 'd', 4)
  const gate = project.gate('start c')
  const first = project.spawn(['service', 'start', 'c'])
  await gate.reached
  const refused = await project.paictl('service', 'start', 'd')
  expect(refused.code).toBe(4)
  expect(refused.stderr).toContain('another command is at work on')
  const stop = await project.paictl('service', 'stop', 'b')
  expect(stop.code).toBe(4)
  const waiting = project.spawn(['service', 'start', 'd', '--wait-lock', '60s'])
  await gate.open()
  expect((await first.finished).code).toBe(0)
  expect((await waiting.finished).code).toBe(0)
  expect(tables(project)).toEqual(['a=1 b=2 c=3', 'a=1 b=2 c=3 d=4'])
})
