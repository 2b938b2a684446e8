import type { ArenaComponent } from './arena-component.ts'

/** Up to `most` components of all kinds, each needing some of those before it, drawn by `random`. */
export function randomGraph(most: number, random: () => number): readonly ArenaComponent[] {
  const count = 3 + Math.floor(random() * (most - 2))
  const density = random() * 0.5
  const names = Array.from({ length: count }, (_, index) => `s${String(index + 1).padStart(2, '0')}`)
  return names.map((name, index) => ({
    name,
    kind: random() < 0.15 ? 'job' : 'service',
    prerequisites: names.slice(0, index).filter(() => random() < density),
    refreshes: random() < 0.7,
    deletes: random() < 0.6,
    observable: random() < 0.8,
    configured: 1,
    written: 1,
  }))
}
