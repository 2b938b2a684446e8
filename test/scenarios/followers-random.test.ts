import { expect, test } from 'vitest'
import { deploy, followed, misrouted, tables, undeploy } from '../rig/followed.ts'
import { TestProject } from '../rig/project.ts'
import { seeded } from '../rig/random.ts'

// Many deployments come and go in random order, by two commands at once, some of which are killed and gone on with. Whom the
// follower knew of, and when, is read off the trace of the scripts.

const SEED = Number(process.env.FOLLOW_SEED ?? Date.now() % 1_000_000)
const DEPLOYMENTS = Number(process.env.FOLLOW_COUNT ?? 200)
/** So many deployments at most are created or deleted by one command. */
const MOST_AT_ONCE = 16
/** After so many commands of each it is quiet for a moment. */
const BETWEEN = 4
const WAIT = ['--wait-lock', '90s']

test(`at every quiet moment the follower knows of what runs, and never of what is gone (FOLLOW_SEED=${SEED})`, {
  timeout: 600_000,
}, async () => {
  const project = new TestProject()
  followed(project)
  const start = await project.paictl('service', 'start', 'routes')
  expect(start.code).toBe(0)
  const crowd = new Crowd(project, seeded(SEED))
  for (let round = 0; !crowd.isOver; round += 1) {
    await Promise.all([crowd.work(), crowd.work()])
    const shown = { seed: SEED, round, table: tables(project).at(-1), amiss: misrouted(project.trace()) }
    expect(shown).toEqual({ ...shown, table: crowd.expected, amiss: [] })
  }
  // Nothing of this is worth anything unless all of it came to pass.
  expect(crowd.counts).toMatchObject({ created: DEPLOYMENTS, deleted: DEPLOYMENTS })
  expect([SEED, crowd.counts.killed > 3, crowd.counts.resumed > 0]).toEqual([SEED, true, true])
  const ended = project.began().filter((step) => step.startsWith('stop '))
  expect(new Set(ended).size).toBe(DEPLOYMENTS)
})

/** All deployments of the test, each of them at work for one command at most. */
class Crowd {
  readonly counts = { created: 0, deleted: 0, killed: 0, resumed: 0 }
  readonly #project: TestProject
  readonly #random: () => number
  readonly #unborn = Array.from({ length: DEPLOYMENTS }, (_, index) => `d${String(index).padStart(3, '0')}`)
  readonly #alive = new Map<string, number>()

  constructor(project: TestProject, random: () => number) {
    this.#project = project
    this.#random = random
  }

  get isOver(): boolean {
    return this.#unborn.length + this.#alive.size === 0
  }

  /** The table that the follower is to have when it is quiet. */
  get expected(): string {
    return [...this.#alive]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, port]) => `${name}=${port}`)
      .join(' ')
  }

  /** Gives some commands, one after the other. */
  async work(): Promise<void> {
    for (let count = 0; count < BETWEEN && !this.isOver; count += 1) {
      const creates = this.#unborn.length > 0 && (this.#alive.size === 0 || this.#random() < 0.55)
      await (creates ? this.#create() : this.#delete())
    }
  }

  async #create(): Promise<void> {
    const names = this.#some(this.#unborn)
    for (const name of names) this.#unborn.splice(this.#unborn.indexOf(name), 1)
    const ports = new Map(names.map((name) => [name, Math.floor(this.#random() * 9000)]))
    const [first = ''] = names
    if (names.length === 1) {
      await this.#command('deployment', 'create', first, '--component', 'model', '--set', `port=${ports.get(first)}`)
    } else {
      for (const [name, port] of ports) deploy(this.#project, name, port)
      await this.#command('service', 'start', ...names)
    }
    for (const [name, port] of ports) this.#alive.set(name, port)
    this.counts.created += names.length
  }

  async #delete(): Promise<void> {
    const names = this.#some([...this.#alive.keys()])
    // Nobody else takes them.
    for (const name of names) this.#alive.delete(name)
    if (names.length === 0) return
    if (this.#random() < 0.4) await this.#command('deployment', 'delete', ...names, '--yes')
    else {
      await this.#command('service', 'delete', ...names, '--yes')
      for (const name of names) undeploy(this.#project, name)
    }
    this.counts.deleted += names.length
  }

  /** Gives a command until it is done, killed in between or not. */
  async #command(...args: string[]): Promise<void> {
    if (this.#random() < 0.3) {
      const place = this.#random() < 0.5 ? `journal:after:${this.#upTo(14)}` : `state:before:${this.#upTo(120)}`
      const killed = await this.#project.killedAt(place, ...args, ...WAIT)
      if (killed.code === null) {
        this.counts.killed += 1
        // The other one may have taken its place, or be gone on with in its place.
        if (this.#random() < 0.6) {
          const { code } = await this.#project.paictl('resume', ...WAIT)
          if (code === 0) this.counts.resumed += 1
        }
      }
    }
    const finished = await this.#project.paictl(...args, ...WAIT)
    expect({ seed: SEED, args, ...finished }).toEqual({ seed: SEED, args, ...finished, code: 0 })
  }

  #some(names: readonly string[]): string[] {
    const left = [...names]
    const count = Math.min(left.length, this.#random() < 0.2 ? 1 : this.#upTo(MOST_AT_ONCE))
    return Array.from({ length: count }, () => left.splice(Math.floor(this.#random() * left.length), 1)[0] ?? '')
  }

  #upTo(most: number): number {
    return 1 + Math.floor(this.#random() * most)
  }
}
