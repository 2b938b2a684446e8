import { distance } from 'fastest-levenshtein'

/**
 * The candidate that `name` was probably meant to be, or `null` when none is near: at most a third of its characters
 * (one, for names of up to five) may differ. Among equally near ones the first in alphabetical order.
 */
export function nearest(name: string, candidates: Iterable<string>): string | null {
  const wanted = name.toLowerCase()
  let limit = Math.max(1, Math.floor(name.length / 3))
  let best: string | null = null
  for (const candidate of [...candidates].sort()) {
    if (candidate === name || Math.abs(candidate.length - name.length) > limit) continue
    const far = typingDistance(wanted, candidate.toLowerCase())
    // One changed letter of one says nothing.
    if (far >= Math.max(wanted.length, candidate.length)) continue
    if (far < limit || (far === limit && best === null)) {
      best = candidate
      limit = far
    }
  }
  return best
}

/** Two letters swapped (`prot`) are one slip of the fingers, where the edit distance counts two. */
function typingDistance(a: string, b: string): number {
  const far = distance(a, b)
  return far === 2 && a.length === b.length && [...a].sort().join() === [...b].sort().join() ? 1 : far
}

/**
 * As `nearest`, for keys: the same word spelled `startScript` or `start_script` is nearer than any other, then what other
 * tools say for a key (`aliases`, by their words in kebab-case).
 */
export function nearestKey(
  key: string,
  known: readonly string[],
  aliases: ReadonlyMap<string, string> = new Map(),
): string | null {
  const kebab = kebabCase(key)
  return known.includes(kebab) ? kebab : (aliases.get(kebab) ?? nearest(kebab, known))
}

/**
 * The known key that is misspelt in `key` beyond doubt: two letters swapped, one too many or too few, or in another
 * case. For places where keys of one's own are allowed, too: `cluster-ip` is one beside `cluster-id`.
 */
export function misspeltKey(key: string, known: readonly string[]): string | null {
  const kebab = kebabCase(key)
  const isSlip = (one: string): boolean =>
    kebab === one || (typingDistance(kebab, one) === 1 && (kebab.length !== one.length || distance(kebab, one) === 2))
  return known.find((one) => one !== key && isSlip(one)) ?? null
}

const kebabCase = (key: string): string =>
  key
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase()
