import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from './project.ts'

/** A lease as it is written, as far as tests look at it. */
export interface WrittenLease {
  readonly pid: number
  readonly command: string
  readonly run: string | null
  readonly planning: boolean
  readonly exclusive: readonly string[]
  readonly shared: readonly string[]
}

/** The leases of a project's cluster. */
export function leases(project: TestProject, cluster = 'project'): readonly WrittenLease[] {
  try {
    return JSON.parse(readFileSync(join(project.state, cluster, 'leases.json'), 'utf8')).leases
  } catch {
    return []
  }
}
