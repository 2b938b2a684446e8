// Times two commands in turn, A B A B …, so that a machine whose speed drifts drifts for both.
import { spawnSync } from 'node:child_process'

/**
 * @typedef {{ label: string, command: string, args: string[], cwd?: string, env?: () => Record<string, string> }} Side
 */

/**
 * @param {Side} ours @param {Side} theirs @param {number} rounds counted, after one that is not
 * @returns wall seconds of each (medians), the median, least and greatest ratio ours/theirs, and our greatest peak memory
 */
export function comparePairs(ours, theirs, rounds) {
  const pairs = Array.from({ length: rounds + 1 }, () => [run(ours), run(theirs)]).slice(1)
  const ratios = pairs.map(([a, b]) => a.seconds / b.seconds)
  return {
    ours: median(pairs.map(([a]) => a.seconds)),
    theirs: median(pairs.map(([, b]) => b.seconds)),
    mebibytes: Math.max(...pairs.map(([a]) => a.mebibytes)),
    ratio: median(ratios),
    least: Math.min(...ratios),
    greatest: Math.max(...ratios),
  }
}

/** @param {Side} side @returns wall seconds, and peak memory where the side tells it (see peak.cjs), else not a number */
function run({ label, command, args, cwd, env }) {
  const added = env?.()
  const begun = process.hrtime.bigint()
  const { status, stderr, error, output } = spawnSync(command, args, {
    cwd,
    env: { ...process.env, ...added },
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9
  if (error) throw new Error(`${label}: ${error.message}`)
  if (status !== 0) throw new Error(`${label} ended with ${status}: ${stderr}`)
  return { seconds, mebibytes: Number.parseInt(String(output[3]), 10) / 1024 }
}

/** @param {number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}
