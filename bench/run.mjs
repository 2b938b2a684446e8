// Speed as ratios in one run: `npm run bench [-- NAME…]`. Needs a build in dist/, and ninja (Debian: ninja-build) for
// what is compared with it.
//
// Graphs and states are made in memory (/dev/shm, where there is one), since it is not the disk that is compared: ninja
// keeps nothing of these graphs, paictl a staged copy, a log and a record of each service. BENCH_DIR=/var/tmp measures
// with a disk.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeComponents, writeDeployments } from './deployments.mjs'
import { independent, layered, writeNinja, writeProject } from './graphs.mjs'
import { comparePairs } from './pairs.mjs'
import { writePlatform } from './platform.mjs'

const BINARY = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const PEAK = fileURLToPath(new URL('peak.cjs', import.meta.url))
const PLACE = process.env.BENCH_DIR ?? (existsSync('/dev/shm') ? '/dev/shm' : tmpdir())
const SLEEP = '#!/bin/sh\nsleep 0.05\n'
const EMPTY = '#!/bin/sh\n'

/** Each mark with what it has to stay below: a ratio, or seconds and MiB of memory. */
const MARKS = {
  'independent-500': { bound: 2.0, run: () => againstNinja(independent(500), SLEEP, 64, 5) },
  'layers-2000': { bound: 3.0, run: () => againstNinja(layered(20, 100, 3), EMPTY, 8, 3) },
  version: { bound: 1.6, run: () => againstBareNode({ args: ['--version'], rounds: 20 }) },
  'deployments-1000': { bound: 1.3, run: () => againstComponents(1000, 5) },
  'validate-1000': { seconds: 1.0, mebibytes: 600, run: () => validate(1000, 5) },
  'validate-10000': { seconds: 10.0, mebibytes: 600, run: () => validate(10_000, 3) },
}

const wanted = process.argv.slice(2)
for (const name of wanted.length > 0 ? wanted : Object.keys(MARKS)) {
  const mark = MARKS[name]
  if (mark === undefined) throw new Error(`no mark ${name}; there are ${Object.keys(MARKS).join(', ')}`)
  const measured = mark.run()
  const isWithin = mark.bound === undefined ? isWithinLimits(measured, mark) : measured.ratio < mark.bound
  process.stdout.write(`${name}: ${shown(measured)}; bound ${boundOf(mark)}: ${isWithin ? 'ok' : 'MISSED'}\n`)
  if (!isWithin) process.exitCode = 1
}

function shown({ ours, theirs, ratio, least, greatest, mebibytes }) {
  const seconds = `${ours.toFixed(3)} s against ${theirs.toFixed(3)} s`
  const memory = Number.isNaN(mebibytes) ? '' : `, ${mebibytes.toFixed(0)} MiB`
  return `${ratio.toFixed(2)} (${least.toFixed(2)} to ${greatest.toFixed(2)}), ${seconds}${memory}`
}

function boundOf({ bound, seconds, mebibytes }) {
  return bound ?? `${seconds} s, ${mebibytes} MiB`
}

function isWithinLimits({ ours, mebibytes }, bounds) {
  return ours < bounds.seconds && mebibytes < bounds.mebibytes
}

/** A start of everything from an empty state against ninja running the same scripts. */
function againstNinja(nodes, script, jobs, rounds) {
  const directory = mkdtempSync(join(PLACE, 'paictl-bench-'))
  const project = join(directory, 'project')
  try {
    writeProject(project, nodes, script)
    writeNinja(project, nodes)
    const args = [BINARY, 'service', 'start', '--all', '--parallel', String(jobs)]
    // Each round has a state of its own, and nothing is removed before the end: ext4 is slow to make files for minutes
    // after many have been removed.
    let round = 0
    const env = () => ({ PAICTL_STATE_DIR: join(directory, `state-${round++}`) })
    return comparePairs(
      { label: 'paictl', command: process.execPath, args, cwd: project, env },
      { label: 'ninja', command: 'ninja', args: ['-j', String(jobs)], cwd: project },
      rounds,
    )
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** A start of so many deployments of one component, and of who follows them, against one of as many components. */
function againstComponents(count, rounds) {
  const directory = mkdtempSync(join(PLACE, 'paictl-bench-'))
  const [deployed, separate] = [join(directory, 'deployments'), join(directory, 'components')]
  try {
    writeDeployments(deployed, count)
    writeComponents(separate, count)
    let round = 0
    const env = () => ({ PAICTL_STATE_DIR: join(directory, `state-${round++}`) })
    const start = [BINARY, 'service', 'start', '--all', '--parallel', '8']
    const side = (label, cwd) => ({ label, command: process.execPath, args: start, cwd, env })
    return comparePairs(side('deployments', deployed), side('components', separate), rounds)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** `paictl validate` of a whole platform of services, each with three templates. */
function validate(services, rounds) {
  const directory = mkdtempSync(join(PLACE, 'paictl-bench-'))
  try {
    writePlatform(directory, services)
    return againstBareNode({ args: ['validate'], rounds, cwd: directory, options: ['--require', PEAK] })
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function againstBareNode({ args, rounds, cwd, options = [] }) {
  return comparePairs(
    { label: `paictl ${args.join(' ')}`, command: process.execPath, args: [...options, BINARY, ...args], cwd },
    { label: 'node -e 0', command: process.execPath, args: [...options, '-e', '0'] },
    rounds,
  )
}
