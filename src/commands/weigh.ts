import { withoutConsequences, withoutRepetitions } from '../config/cluster/consequences.ts'
import { type Diagnostic, isError } from '../model/diagnostic.ts'
import type { Project } from './project/project.ts'

export interface Weighed {
  /** Errors that keep the request from being carried out. */
  readonly blocking: readonly Diagnostic[]
  /** Warnings about the selected services, or about everything. */
  readonly warnings: readonly Diagnostic[]
  /** How many errors concern services that are not selected. */
  readonly elsewhere: number
}

/**
 * Parts the problems of a project into those that concern the selected services and the others, which are counted. What
 * only follows from another problem is neither.
 */
export function weigh(
  diagnostics: readonly Diagnostic[],
  selected: ReadonlySet<string>,
  project: Pick<Project, 'services'>,
): Weighed {
  const concerns = (one: Diagnostic): boolean => {
    if (one.service !== undefined) return selected.has(one.service)
    return !isError(one) || concernsAll(one)
  }
  const told = withoutConsequences(diagnostics, project)
  const errors = told.filter(isError)
  const each = (some: readonly Diagnostic[]): Diagnostic[] => withoutRepetitions(some, project.services)
  return {
    blocking: each(errors.filter(concerns)),
    warnings: each(told.filter((one) => !isError(one) && concerns(one))),
    elsewhere: each(errors.filter((one) => !concerns(one))).length,
  }
}

/** Whether a problem stands in the way of every request: of the graph itself, or of the configuration that all share. */
export function concernsAll(problem: Diagnostic): boolean {
  // A section that nobody reads changes nothing for those that are read.
  return isError(problem) && problem.service === undefined && problem.code !== 'unknown-section'
}
