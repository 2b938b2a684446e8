import type { RunOptions } from '../running/perform.ts'
import type { startServices } from '../service-run.ts'
import type { ConfigOptions, NewDeployment } from './draft.ts'
import type { AskValues } from './values.ts'

export interface CreateRequest extends NewDeployment, ConfigOptions, RunOptions {
  readonly start: boolean
  /** Asks for required values that are missing; `undefined`: there is nobody to ask. */
  readonly ask: AskValues | undefined
}

/** The start of what is created. */
export const startOf = (request: CreateRequest): Parameters<typeof startServices>[1] => ({
  ...request,
  names: [request.name],
  all: false,
  skip: [],
  withPrerequisites: true,
  again: false,
  adopt: false,
})
