import { existsSync, readdirSync, rmSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import type { Diagnostic } from '../../model/diagnostic.ts'
import { ok, type Result } from '../../model/result.ts'
import type { JournalEntry, OnFailure, RunOwner, RunPlan, RunSummary } from '../../model/run.ts'
import { isAlive, ownIdentity } from '../scripts/process-info.ts'
import { replaceFile } from './atomic-file.ts'
import { isOwnerAlive } from './cluster-lock.ts'
import { createGroupCommit, type GroupCommit } from './group-commit.ts'
import { type JournalWriter, journalFile, openJournal, readJournal } from './journal.ts'
import { peekLeases } from './leases-file.ts'
import { removeTree } from './remove-tree.ts'
import { guarded } from './state-error.ts'
import { readStateFile, setAside, stateText } from './state-file.ts'
import { refuseLink } from './state-guard.ts'
import { runsDirectory } from './state-layout.ts'

/** The runs of one cluster, oldest first. */
export interface RunStore {
  /** Begins a run: its journal is opened, then its plan written. */
  begin(plan: RunPlan): JournalWriter
  /** Opens a run's journal once more, to go on with it; its summary, where it has one, is taken away. */
  reopen(id: string, onFailure: OnFailure): JournalWriter
  writeSummary(summary: RunSummary): void
  /** Ids, oldest first. */
  list(): string[]
  /** Ids of runs without a summary, oldest first: those that are on, and those that were ended from outside. */
  unfinished(): string[]
  /** Whether somebody is carrying a run out; `owner`: who did last, as far as is known. */
  isOn(id: string, owner: RunOwner): boolean
  readPlan(id: string): Result<RunPlan | undefined, Diagnostic>
  readSummary(id: string): Result<RunSummary | undefined, Diagnostic>
  /** `undefined` where there is none. One that makes no sense stays where it is. */
  readJournal(id: string): Result<readonly JournalEntry[] | undefined, Diagnostic>
  /** Renames a journal that makes no sense, so that it can be looked at and is in nobody's way. */
  setJournalAside(id: string, message: string): Diagnostic
  /** Removes all but the newest `keep`, and those that `isNeeded`. */
  prune(options?: { readonly keep?: number; readonly isNeeded?: (id: string) => boolean }): void
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

/** This process, as the owner of the runs that it carries out. */
export const ownRunOwner = (): RunOwner => ({ ...ownIdentity(), host: hostname() })

/**
 * Whether a run's owner, or whoever goes on with it, holds something. That counts also where nothing can be told of the
 * process, which is another machine's or was this one's under another name, until a person takes it away.
 */
function isLeased(cluster: string, run: string, owner: RunOwner): boolean {
  const own = ownRunOwner()
  return peekLeases(cluster).some((lease) => {
    if (isSameOwner(lease, own) || !isOwnerAlive(lease)) return false
    return lease.run === run || isSameOwner(lease, owner)
  })
}

const isSameOwner = (a: RunOwner, b: RunOwner): boolean =>
  a.pid === b.pid && a.startTime === b.startTime && a.boot === b.boot && a.host === b.host

/** Opens the runs of a cluster. */
export function createRunStore(cluster: string, commit: GroupCommit = createGroupCommit()): RunStore {
  const root = runsDirectory(cluster)
  const directory = (id: string): string => `${root}/${id}`
  const planFile = (id: string): string => `${directory(id)}/plan.json`
  const summaryFile = (id: string): string => `${directory(id)}/summary.json`
  const write = (path: string, content: object): void => {
    refuseLink(dirname(path))
    guarded(path, () => replaceFile(path, stateText(content)))
    commit.touch(path)
  }
  const read = <T>(path: string, kind: 'plan' | 'summary'): Result<T | undefined, Diagnostic> => {
    const found = guarded(path, () => readStateFile(path, kind))
    return found.ok ? ok(found.value?.content as T | undefined) : found
  }
  const list = (): string[] => guarded(root, () => (existsSync(root) ? readdirSync(root).sort() : []))
  const open = (id: string, onFailure: OnFailure): JournalWriter => {
    refuseLink(directory(id))
    const writer = openJournal(directory(id), commit)
    writer.append({ type: 'opened', run: id, owner: ownRunOwner(), onFailure, time: Date.now() })
    return writer
  }

  return {
    begin(plan) {
      const writer = open(plan.run, plan.onFailure)
      write(planFile(plan.run), plan)
      return writer
    },

    reopen(id, onFailure) {
      const writer = open(id, onFailure)
      guarded(summaryFile(id), () => rmSync(summaryFile(id), { force: true }))
      return writer
    },

    writeSummary: (summary) => write(summaryFile(summary.run), summary),
    list,
    unfinished: () => list().filter((id) => !existsSync(summaryFile(id)) && existsSync(planFile(id))),
    isOn: (id, owner) => (owner.host === hostname() && isAlive(owner)) || isLeased(cluster, id, owner),
    readPlan: (id) => read<RunPlan>(planFile(id), 'plan'),
    readSummary: (id) => read<RunSummary>(summaryFile(id), 'summary'),
    readJournal: (id) => readJournal(directory(id)),
    setJournalAside: (id, message) => setAside(journalFile(directory(id)), message),

    prune({ keep = 50, isNeeded = () => false } = {}) {
      const old = list().slice(0, -keep)
      guarded(root, () => {
        for (const id of old) if (!isNeeded(id)) removeTree(directory(id))
      })
    },
  }
}
