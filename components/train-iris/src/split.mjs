/**
 * Splits rows into a part to train on and a held-out part with the same share of every class. The same seed gives the
 * same split, on every machine.
 * @template T
 * @param {readonly T[]} rows
 * @param {{classOf: (row: T) => string, fraction: number, seed: number}} options `fraction` is the held-out share
 * @returns {{training: T[], heldOut: T[]}}
 */
export function stratifiedSplit(rows, { classOf, fraction, seed }) {
  const random = mulberry32(seed)
  const training = []
  const heldOut = []
  for (const name of [...new Set(rows.map(classOf))].sort()) {
    const members = shuffled(
      rows.filter((row) => classOf(row) === name),
      random,
    )
    const count = Math.round(members.length * fraction)
    heldOut.push(...members.slice(0, count))
    training.push(...members.slice(count))
  }
  return { training, heldOut }
}

/**
 * Fisher and Yates.
 * @template T
 * @param {readonly T[]} items
 * @param {() => number} random
 * @returns {T[]}
 */
function shuffled(items, random) {
  const result = [...items]
  for (let last = result.length - 1; last > 0; last -= 1) {
    const chosen = Math.floor(random() * (last + 1))
    ;[result[last], result[chosen]] = [result[chosen], result[last]]
  }
  return result
}

/**
 * A small generator with a seed (Math.random has none): Tommy Ettinger's Mulberry32, numbers in [0, 1).
 * @param {number} seed
 * @returns {() => number}
 */
function mulberry32(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
