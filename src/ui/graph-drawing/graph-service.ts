import type { Prerequisite, ServiceKind } from '../../model/service.ts'

/** A service as far as a drawing shows it. */
export interface GraphService {
  readonly name: string
  readonly kind: ServiceKind
  readonly prerequisites: readonly GraphPrerequisite[]
  readonly state?: string | undefined
}

export type GraphPrerequisite = Pick<Prerequisite, 'service' | 'optional' | 'follows'>

/** What there is to say of an edge; `undefined` of one to what is needed. */
export const edgeNote = ({ optional, follows }: GraphPrerequisite): 'followed' | 'optional' | undefined =>
  follows ? 'followed' : optional ? 'optional' : undefined

/** Prerequisites that no service is behind, sorted: an error elsewhere, and shown as such here. */
export function missingServices(services: readonly GraphService[]): string[] {
  const names = new Set(services.map((service) => service.name))
  const needed = services.flatMap((service) => service.prerequisites.map((prerequisite) => prerequisite.service))
  return [...new Set(needed.filter((name) => !names.has(name)))].sort()
}
