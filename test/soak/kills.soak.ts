import { test } from 'vitest'
import { Arena } from '../rig/arena.ts'
import { crash } from '../rig/crash.ts'
import type { CrashVerb } from '../rig/crash-claims.ts'
import { seeded } from '../rig/random.ts'
import { randomGraph } from '../rig/random-graph.ts'

// `npm run soak`: kills at random places, in all verbs, on random graphs; also what resumes is killed. SOAK_KILLS and
// SOAK_SEED vary it, SOAK_MINUTES ends it early. What it proves is what the crash test proves.

const KILLS = Number(process.env.SOAK_KILLS ?? 2000)
const SEED = Number(process.env.SOAK_SEED ?? Date.now() % 1_000_000)
const MINUTES = Number(process.env.SOAK_MINUTES ?? Number.POSITIVE_INFINITY)
const LANES = Number(process.env.SOAK_LANES ?? 3)
/** Of services in a graph. */
const MOST = 12
/** Verbs that one graph goes through before the next one is drawn. */
const VERBS_PER_GRAPH = 12

const WHILE_UP: readonly CrashVerb[] = ['restart', 'refresh', 'apply', 'stop', 'delete']
const WHILE_DOWN: readonly CrashVerb[] = ['start', 'start', 'rollback']
/** Verbs that take in nothing of the project. */
const ENDING: readonly CrashVerb[] = ['stop', 'delete']

const begun = Date.now()
const counts = new Map<string, number>()
let graphs = 0
let kills = 0

let isBroken = false

const isOver = (): boolean => isBroken || kills >= KILLS || Date.now() - begun > MINUTES * 60_000

test(`${KILLS} kills, seed ${SEED}`, async () => {
  // All come to an end, and remove what they have made.
  const lanes = await Promise.allSettled(Array.from({ length: LANES }, (_, lane) => soak(lane)))
  const seconds = Math.round((Date.now() - begun) / 1000)
  const byVerb = [...counts].sort().map(([verb, count]) => `${verb} ${count}`)
  process.stdout.write(`\nseed ${SEED}: ${kills} kills in ${seconds} s, ${graphs} graphs: ${byVerb.join(', ')}\n`)
  for (const lane of lanes) if (lane.status === 'rejected') throw lane.reason
})

async function soak(lane: number): Promise<void> {
  for (let round = 0; !isOver(); round += 1) {
    const arena = new Arena()
    graphs += 1
    try {
      await mistreat(arena, seeded(SEED + 1000 * lane + 7919 * round))
    } catch (error) {
      isBroken = true
      throw error
    } finally {
      arena.remove()
    }
  }
}

async function mistreat(arena: Arena, random: () => number): Promise<void> {
  let revision = 1
  const drawn = randomGraph(MOST, random)
  const graph = drawn.map((one) => ({ ...one, configured: revision }))
  for (const one of graph) arena.declare(one)
  let isUp = false
  let current = graph
  for (let count = 0; count < VERBS_PER_GRAPH && !isOver(); count += 1) {
    const verb: CrashVerb = pick(isUp ? WHILE_UP : WHILE_DOWN, random)
    if (!ENDING.includes(verb)) {
      revision += 1
      current = drawn.map((one) => ({ ...one, configured: revision }))
      for (const one of current) arena.declare(one)
    }
    // Somebody has to fail for a run to be taken back.
    const failing = pick(current, random).name
    arena.setFailing('start', failing, verb === 'rollback')
    const places = Array.from({ length: 1 + Math.floor(random() * 3) }, () => place(current.length, random))
    const killed = await crash(arena, current, verb, places)
    kills += killed
    counts.set(verb, (counts.get(verb) ?? 0) + killed)
    arena.setFailing('start', failing, false)
    isUp = !ENDING.includes(verb) && verb !== 'rollback'
  }
}

/** Anywhere among what a run of so many services writes, entries of its journal and all other files. */
function place(services: number, random: () => number): string {
  if (random() < 0.4) {
    return `journal:${pick(['before', 'torn', 'after'], random)}:${1 + Math.floor(random() * 4 * services)}`
  }
  return `state:${pick(['before', 'after'], random)}:${1 + Math.floor(random() * 35 * services)}`
}

function pick<T>(from: readonly T[], random: () => number): T {
  const found = from[Math.floor(random() * from.length)]
  if (found === undefined) throw new Error('there is nothing to pick from')
  return found
}
