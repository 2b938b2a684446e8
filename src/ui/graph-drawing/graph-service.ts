import type { ServiceKind } from '../../model/service.ts'

/** A service as far as a drawing shows it. */
export interface GraphService {
  readonly name: string
  readonly kind: ServiceKind
  readonly prerequisites: readonly { readonly service: string; readonly optional: boolean }[]
  readonly state?: string | undefined
}

/** Prerequisites that no service is behind, sorted: an error elsewhere, and shown as such here. */
export function missingServices(services: readonly GraphService[]): string[] {
  const names = new Set(services.map((service) => service.name))
  const needed = services.flatMap((service) => service.prerequisites.map((prerequisite) => prerequisite.service))
  return [...new Set(needed.filter((name) => !names.has(name)))].sort()
}
