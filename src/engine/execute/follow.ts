import type { Step } from '../../model/plan.ts'
import type { Phase, ServiceRecord } from '../../model/record.ts'
import type { RenderedService } from '../../model/rendered.ts'
import type { Result } from '../../model/result.ts'
import { betweenTables, runsByRecord, type Table, tableOf } from '../followed.ts'
import type { RecordStore } from '../ports.ts'

/**
 * Renders a service whose templates see deployments, with what each of these was last started or refreshed with; nothing but
 * its own project and those records may come into it. The error is one line for people.
 */
export type RenderFollower = (service: string, deployments: readonly string[]) => Result<RenderedService, string>

/** What a step takes from the project, and the deployments of its plan that it does without; sorted. */
export interface StepRendering {
  readonly rendered: RenderedService | undefined
  readonly leftOut: readonly string[]
}

/** Of the deployments that a step's service was planned with, those that have come up, and those that have not. */
export function whoCameUp(
  { deployments = [] }: Step,
  { records, acting }: { readonly records: RecordStore; readonly acting: ReadonlySet<string> },
): { readonly up: readonly string[]; readonly leftOut: readonly string[] } {
  const isUp = (name: string): boolean => isThere(records.read(name), acting.has(name))
  return { up: deployments.filter(isUp), leftOut: deployments.filter((name) => !isUp(name)) }
}

/** What the run does nothing with was observed to be there when it was planned, whatever its record says of that. */
function isThere(record: ServiceRecord | undefined, isActedOn: boolean): boolean {
  if (record?.applied == null) return false
  return isActedOn ? runsByRecord(record.phase) : !GONE.includes(record.phase)
}

const GONE: readonly Phase[] = ['never-started', 'stopped', 'stopping', 'deleting']

/** Until a refresh is seen to its end, nobody knows which of the two tables its service has taken in. */
export function recordedMeanwhile(
  { applied }: ServiceRecord,
  { deployments }: Pick<RenderedService, 'deployments'>,
): Partial<ServiceRecord> {
  if (applied === null || deployments === undefined) return {}
  const was: Table = applied.followed ?? {}
  return { applied: { ...applied, followed: betweenTables(was, tableOf(deployments)) } }
}
