import { type Diagnostic, isError } from '../model/diagnostic.ts'
import { counted } from './wording/lists.ts'

/** So many problems of one request are shown to a person; programs are told all. */
export const MOST_PROBLEMS = 200

/** The first problems of a request, at most `MOST_PROBLEMS`; no warning among them takes the place of an error. */
export function shownProblems(problems: readonly Diagnostic[]): readonly Diagnostic[] {
  if (problems.length <= MOST_PROBLEMS) return problems
  let errors = MOST_PROBLEMS
  let warnings = Math.max(0, MOST_PROBLEMS - problems.filter(isError).length)
  return problems.filter((one) => {
    if (isError(one)) errors -= 1
    else warnings -= 1
    return (isError(one) ? errors : warnings) >= 0
  })
}

/** What is said of problems that are not shown; `undefined` where there are none. */
export function restLine(hidden: number): string | undefined {
  return hidden <= 0 ? undefined : `... and ${counted(hidden, 'more problem')}: "--output json" lists all`
}
