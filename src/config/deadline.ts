import type { Result } from '../model/result.ts'
import { ok } from '../model/result.ts'

/** Runs code that may never end, and ends it after so many milliseconds; what it throws is thrown on. */
export type Deadline = <T>(milliseconds: number, act: () => T) => Result<T, 'late'>

/** For code that is known to end. */
export const noDeadline: Deadline = (_milliseconds, act) => ok(act())
