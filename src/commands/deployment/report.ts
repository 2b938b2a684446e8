import type { Diagnostic } from '../../model/diagnostic.ts'
import type { Plan } from '../../model/plan.ts'
import type { RunReport } from '../running/perform.ts'

/** What became of a deployment's file. */
export interface DeclaredFile {
  readonly name: string
  /** Absolute. */
  readonly file: string
  readonly text: string
  readonly outcome: 'created' | 'changed' | 'unchanged' | 'planned'
}

/** What became of a request about deployments. */
export type DeploymentReport =
  /** Nothing was written, and nothing run. */
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'dry-run'; readonly files: readonly DeclaredFile[]; readonly plan: Plan | undefined }
  /** `run`: what became of the start or refresh; `undefined`: there was none. */
  | { readonly kind: 'done'; readonly files: readonly DeclaredFile[]; readonly run: RunReport | undefined }

/** Hears of files when they were written, before anything is run; `isRun`: something will be. */
export type OnWritten = (files: readonly DeclaredFile[], isRun: boolean) => void

/**
 * Those of the deployments that a run did not bring up, or did not refresh: by their own records of now, whatever became of
 * others in the same run.
 */
export function notDone(names: readonly string[], run: RunReport | undefined): readonly string[] {
  if (run?.kind !== 'finished') return names
  const { plan, cluster, observed } = run
  const planned = new Set(plan.steps.map(({ service }) => service))
  return names.filter((name) => {
    if (!planned.has(name)) return false
    const record = cluster.records.read(name)
    const isTouched = record !== undefined && record.since !== observed.get(name)?.record?.since
    return !isTouched || record.problem !== null || !UP.includes(record.phase)
  })
}

const UP: readonly string[] = ['running', 'completed']
