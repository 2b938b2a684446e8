import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { deploy, followed, misrouted, tables, undeploy } from '../rig/followed.ts'
import { TestProject } from '../rig/project.ts'
import { seeded } from '../rig/random.ts'

// Many deployments come and go in random order, by two commands at once, some of which are killed and gone on with. Whom the
// follower knew of, and when, is read off the trace of the scripts.

const DEFAULT_SEED = 1
const SEED = Number(process.env.FOLLOW_SEED ?? DEFAULT_SEED)
const DEPLOYMENTS = Number(process.env.FOLLOW_COUNT ?? 200)
/** So many deployments at most are created or deleted by one command. */
const MOST_AT_ONCE = 20
/** After so many commands of each it is quiet for a moment. */
const BETWEEN = 4
const WAIT = ['--wait-lock', '90s']

test(`at every quiet moment the follower knows of what runs, and never of what is gone (FOLLOW_SEED=${SEED})`, {
  timeout: 600_000,
}, async () => {
  const project = new TestProject()
  followed(project)
  cheap(project)
  const start = await project.paictl('service', 'start', 'routes')
  expect(start.code).toBe(0)
  const crowd = new Crowd(project, seeded(SEED))
  for (let round = 0; !crowd.isOver; round += 1) {
    // What they do is said before it is done: it does not depend on who is faster.
    await Promise.all(crowd.round().map((commands) => crowd.carryOut(commands)))
    const files = readdirSync(join(project.root, 'cluster-config/deployments'))
    const shown = {
      seed: SEED,
      round,
      table: tables(project).at(-1),
      files: files.sort(),
      amiss: misrouted(project.trace()),
    }
    expect(shown).toEqual({ ...shown, table: crowd.table, files: crowd.files, amiss: [] })
  }
  // Nothing of this is worth anything unless all of it came to pass.
  expect(crowd.counts).toMatchObject({ created: DEPLOYMENTS, deleted: DEPLOYMENTS })
  const ended = project.began().filter((step) => step.startsWith('stop '))
  expect(new Set(ended).size).toBe(DEPLOYMENTS)
  if (SEED === DEFAULT_SEED && DEPLOYMENTS >= 200) {
    const { killed, resumed } = crowd.counts
    expect({ killed, resumed, often: killed > 3 && resumed > 0 }).toEqual({ killed, resumed, often: true })
  }
})

/** Gives deployments scripts that trace as others do, and start no process but themselves. */
function cheap(project: TestProject): void {
  const up = '"$GATES/../up-$PAICTL_SERVICE"'
  const script = (operator: string, does: string): string =>
    `#!/bin/sh\necho "begin ${operator} $PAICTL_SERVICE" >> "$TRACE"\n${does}\necho "end ${operator} $PAICTL_SERVICE" >> "$TRACE"\n`
  project.write('components/model/deploy/start.sh', script('start', `echo up > ${up}`))
  project.write('components/model/deploy/stop.sh', script('stop', `echo down > ${up}`))
  project.write('components/model/deploy/refresh.sh', script('refresh', ''))
  project.write(
    'components/model/deploy/status.sh',
    `#!/bin/sh\n[ -e ${up} ] && read -r is < ${up}\n[ "$is" = up ] || exit 3\n`,
  )
}

/** One command, and what becomes of it on the way. */
interface Command {
  readonly args: readonly string[]
  /** What is done to the files of deployments before it, and after it. */
  readonly before: () => void
  readonly after: () => void
  readonly killedAt: string | undefined
  /** Where it was killed, `resume` is typed before it is given again. */
  readonly resumes: boolean
}

/** All deployments of the test, each of them at work for one command at most. */
class Crowd {
  readonly counts = { created: 0, deleted: 0, killed: 0, resumed: 0 }
  readonly #project: TestProject
  readonly #random: () => number
  readonly #unborn = Array.from({ length: DEPLOYMENTS }, (_, index) => `d${String(index).padStart(3, '0')}`)
  /** With their ports, when all that was said is done. */
  readonly #alive = new Map<string, number>()

  constructor(project: TestProject, random: () => number) {
    this.#project = project
    this.#random = random
  }

  get isOver(): boolean {
    return this.#unborn.length + this.#alive.size === 0
  }

  /** The table that the follower is to have when it is quiet. */
  get table(): string {
    return this.#names.map((name) => `${name}=${this.#alive.get(name)}`).join(' ')
  }

  /** The files that are to be there then. */
  get files(): string[] {
    return this.#names.map((name) => `${name}.yaml`)
  }

  get #names(): string[] {
    return [...this.#alive.keys()].sort()
  }

  /** What two are to do side by side, each one after the other; what one creates the other leaves alone. */
  round(): readonly (readonly Command[])[] {
    const common = [...this.#alive.keys()]
    return [[...common.splice(0, common.length >> 1)], common].map((deletable) =>
      Array.from({ length: BETWEEN }, () => this.#next(deletable)).flatMap((command) => command ?? []),
    )
  }

  /** Gives commands until they are done, killed in between or not. */
  async carryOut(commands: readonly Command[]): Promise<void> {
    for (const { args, before, after, killedAt, resumes } of commands) {
      before()
      const killed = killedAt === undefined ? undefined : await this.#project.killedAt(killedAt, ...args, ...WAIT)
      if (killed?.code === null) {
        this.counts.killed += 1
        if (resumes) await this.#resume()
      }
      const finished = await this.#project.paictl(...args, ...WAIT)
      expect({ seed: SEED, args, ...finished }).toEqual({ seed: SEED, args, ...finished, code: 0 })
      after()
    }
  }

  /** The other one may have taken its place, or may be gone on with in its place. */
  async #resume(): Promise<void> {
    const { code, stdout } = await this.#project.paictl('resume', ...WAIT)
    if (code === 0 && /^ +done /m.test(stdout)) this.counts.resumed += 1
  }

  /** @param deletable who may be deleted; takes and gives some */
  #next(deletable: string[]): Command | undefined {
    const creates = this.#unborn.length > 0 && (deletable.length === 0 || this.#random() < 0.55)
    if (!creates && deletable.length === 0) return undefined
    const names = this.#some(creates ? this.#unborn : deletable)
    const killedAt = this.#random() < 0.15 ? this.#place() : undefined
    const how = { killedAt, resumes: this.#random() < 0.9, before: () => {}, after: () => {} }
    if (creates) {
      deletable.push(...names)
      return { ...how, ...this.#create(names) }
    }
    this.counts.deleted += names.length
    for (const name of names) this.#alive.delete(name)
    if (this.#random() < 0.4) return { ...how, args: ['deployment', 'delete', ...names, '--yes'] }
    const after = (): void => names.forEach((name) => void undeploy(this.#project, name))
    return { ...how, args: ['service', 'delete', ...names, '--yes'], after }
  }

  #create(names: readonly string[]): Pick<Command, 'args'> & Partial<Command> {
    this.counts.created += names.length
    const ports = names.map((name) => [name, this.#upTo(9000)] as const)
    for (const [name, port] of ports) this.#alive.set(name, port)
    const [[first, port] = ['', 0], ...others] = ports
    if (others.length === 0) {
      return { args: ['deployment', 'create', first, '--component', 'model', '--set', `port=${port}`] }
    }
    const before = (): void => ports.forEach(([name, own]) => void deploy(this.#project, name, own))
    return { args: ['service', 'start', ...names], before }
  }

  #place(): string {
    return this.#random() < 0.5 ? `journal:after:${this.#upTo(14)}` : `state:before:${this.#upTo(120)}`
  }

  /** Takes some of them out. */
  #some(names: string[]): string[] {
    const count = Math.min(names.length, this.#random() < 0.2 ? 1 : this.#upTo(MOST_AT_ONCE))
    return Array.from({ length: count }, () => names.splice(Math.floor(this.#random() * names.length), 1)[0] ?? '')
  }

  #upTo(most: number): number {
    return 1 + Math.floor(this.#random() * most)
  }
}
