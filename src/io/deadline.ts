import { type Context, createContext, Script } from 'node:vm'
import type { Deadline } from '../config/deadline.ts'
import { err, ok } from '../model/result.ts'

const CALL = new Script('act()')
let context: Context | undefined

/**
 * Ends loops and regular expressions that take too long, which nothing but V8's own watchdog can. What is ended runs none
 * of its `finally` blocks: whatever it was changing must not be used any more.
 */
export const withDeadline: Deadline = (milliseconds, act) => {
  context ??= createContext(Object.create(null))
  context.act = act
  try {
    // What is thrown comes out as it is: Node would else put the line into its stack.
    return ok(CALL.runInContext(context, { timeout: milliseconds, displayErrors: false }))
  } catch (error) {
    if (isLate(error)) return err('late')
    throw error
  } finally {
    context.act = undefined
  }
}

function isLate(error: unknown): boolean {
  try {
    return (error as { code?: unknown }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  } catch {
    // What others throw may be anything, even something that cannot be looked at.
    return false
  }
}
