import { existsSync, readdirSync, rmSync } from 'node:fs'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { Outcome } from '../model/outcome.ts'
import type { Left, Plan, Verb } from '../model/plan.ts'
import { ok, type Result } from '../model/result.ts'
import { replaceFile } from './atomic-file.ts'
import { guarded } from './state-error.ts'
import { readStateFile, stateText } from './state-file.ts'
import { runsDirectory } from './state-layout.ts'

/** What a run was asked to do: written before its first step. */
export interface RunPlan {
  readonly run: string
  readonly verb: Verb
  /** The command line, for people. */
  readonly command: string
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly plan: Plan
}

/** How a run ended: absent where it was ended from outside. */
export interface RunSummary {
  readonly run: string
  readonly verb: Verb
  readonly startedAt: string
  readonly endedAt: string
  readonly exitCode: number
  /** By step id. */
  readonly outcomes: Readonly<Record<string, Outcome>>
  readonly left: readonly Left[]
}

/** The runs of one cluster, oldest first. */
export interface RunStore {
  writePlan(plan: RunPlan): void
  writeSummary(summary: RunSummary): void
  /** Ids, oldest first. */
  list(): string[]
  readPlan(id: string): Result<RunPlan | undefined, Diagnostic>
  readSummary(id: string): Result<RunSummary | undefined, Diagnostic>
  /** Removes all but the newest `keep`. */
  prune(keep?: number): void
}

/** A run's id: its time (UTC) and a suffix, `20261120-073015-4f2a`. Later runs sort after earlier ones. */
export function newRunId(now: number): string {
  // The suffix counts 65,536ths of the second; those within one millisecond are drawn, so that ids differ.
  const ticks = now * TICKS + Math.floor(Math.random() * TICKS)
  last = Math.max(ticks, last + 1)
  const stamp = new Date(Math.floor(last / TICKS)).toISOString()
  const suffix = (last - Math.floor(last / TICKS / 1000) * 1000 * TICKS).toString(16).padStart(4, '0')
  return `${stamp.slice(0, 10).replaceAll('-', '')}-${stamp.slice(11, 19).replaceAll(':', '')}-${suffix}`
}
const TICKS = 65
let last = 0

/** Opens the runs of a cluster. */
export function createRunStore(cluster: string): RunStore {
  const directory = runsDirectory(cluster)
  const write = (id: string, kind: 'plan' | 'summary', content: object): void => {
    const path = `${directory}/${id}/${kind}.json`
    guarded(path, () => replaceFile(path, stateText(content)))
  }
  const read = <T>(id: string, kind: 'plan' | 'summary'): Result<T | undefined, Diagnostic> => {
    const path = `${directory}/${id}/${kind}.json`
    const found = guarded(path, () => readStateFile(path, kind))
    return found.ok ? ok(found.value?.content as T | undefined) : found
  }
  const list = (): string[] => guarded(directory, () => (existsSync(directory) ? readdirSync(directory).sort() : []))

  return {
    writePlan: (plan) => write(plan.run, 'plan', plan),
    writeSummary: (summary) => write(summary.run, 'summary', summary),
    list,
    readPlan: (id) => read<RunPlan>(id, 'plan'),
    readSummary: (id) => read<RunSummary>(id, 'summary'),

    prune(keep = 50) {
      const old = list().slice(0, -keep)
      guarded(directory, () => {
        for (const id of old) rmSync(`${directory}/${id}`, { recursive: true, force: true })
      })
    },
  }
}
