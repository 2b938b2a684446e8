import type { JsonValue } from '../../model/json.ts'
import type { Value } from './value.ts'

/** In bytes of UTF-8. */
export const OUTPUT_LIMIT = 16 * 1024 * 1024
/** In steps: statements, rounds of loops, and what a helper looks at. */
export const WORK_LIMIT = 2_000_000

export type Excess = 'output' | 'work'

/** What one rendering may still cost. Once something is exceeded it stays so, and all that is left is skipped. */
export class Budget {
  exceeded: Excess | undefined
  private steps = 0

  spend(steps: number): boolean {
    this.steps += steps
    if (this.steps > WORK_LIMIT) this.exceeded ??= 'work'
    return this.exceeded === undefined
  }

  /** Whether a text may be that long: UTF-8 takes at least a byte for each code unit. */
  allows(length: number): boolean {
    if (length > OUTPUT_LIMIT) this.exceeded ??= 'output'
    return this.exceeded === undefined
  }
}

const sizes = new WeakMap<object, number>()

/** How much there is to look at in a value, in steps. */
export function sizeOf(value: Value): number {
  if (typeof value === 'string') return value.length >> 6
  if (typeof value !== 'object' || value === null) return 0
  const known = sizes.get(value)
  if (known !== undefined) return known
  let size = 1
  for (const item of Object.values(value as Readonly<Record<string, JsonValue>>)) size += 1 + sizeOf(item)
  sizes.set(value, size)
  return size
}
