import type { Diagnostic } from '../model/diagnostic.ts'
import type { Service } from '../model/service.ts'

export interface ServiceFileInput {
  /** The directory's name under components/. */
  readonly component: string
  /** components/<name>, absolute. */
  readonly directory: string
  /** components/<name>/deploy/service.yaml, absolute. */
  readonly file: string
  readonly text: string
}

export interface ServiceFileReading {
  /** Always there, with what could be read, so that the graph can be built and all its problems found too. */
  readonly service: Service
  readonly diagnostics: readonly Diagnostic[]
}

/** Reads a component's description. Whether the files that it names exist is checked by `checkServiceFiles`. */
export function readServiceFile(_input: ServiceFileInput): ServiceFileReading {
  throw new Error('not written yet')
}
