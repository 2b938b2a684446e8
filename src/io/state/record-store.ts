import { existsSync, linkSync, readdirSync } from 'node:fs'
import type { RecordStore } from '../../engine/ports.ts'
import type { Diagnostic } from '../../model/diagnostic.ts'
import type { ServiceRecord } from '../../model/record.ts'
import { Secrets } from '../../model/secrets.ts'
import { removeCopies } from '../staging/staged-copies.ts'
import { replaceFile } from './atomic-file.ts'
import { createGroupCommit, type GroupCommit } from './group-commit.ts'
import { readPlain } from './plain-file.ts'
import { removeTree, unlinkThere } from './remove-tree.ts'
import { guarded, isAbsent, isSystemError, StateError, systemCode } from './state-error.ts'
import { readStateFile, setAside, stateText } from './state-file.ts'
import { linkProblem, refuseLink } from './state-guard.ts'
import {
  previousRecordFile,
  recordFile,
  serviceDirectory,
  servicesDirectory,
  versionsDirectory,
} from './state-layout.ts'

/** The records of one cluster's services, each in its `state.json`. */
export interface ClusterRecords extends RecordStore {
  /** All services that have a record, sorted. */
  names(): string[]
  /** What was found unusable so far; those files were set aside. */
  problems(): readonly Diagnostic[]
  /** Drops what was read before, for a process that lives longer than one run. */
  reread(): void
}

/**
 * Opens the records of a cluster. A record is read from disk once; `secrets` learns those that its service was started
 * with, so that whoever shows what it says can mask them.
 */
export function createRecordStore(
  cluster: string,
  secrets = new Secrets(),
  commit: GroupCommit = createGroupCommit(),
): ClusterRecords {
  const known = new Map<string, ServiceRecord | undefined>()
  const problems = new Map<string, Diagnostic>()

  /** What was not set aside is found again whenever records are read anew. */
  const note = (problem: Diagnostic): unknown => problems.set(JSON.stringify(problem.data), problem)

  const load = (service: string): ServiceRecord | undefined => {
    const path = recordFile(cluster, service)
    const link = linkProblem(serviceDirectory(cluster, service)) ?? linkProblem(versionsDirectory(cluster, service))
    if (link !== undefined) {
      note(link)
      return undefined
    }
    return loadFrom(path, service) ?? loadPrevious(service)
  }

  const loadFrom = (path: string, service: string): ServiceRecord | undefined => {
    const found = guarded(path, () => readStateFile(path, 'record'))
    if (found.ok) {
      const record = found.value?.content as ServiceRecord | undefined
      if (record === undefined || record.name === service) return record && learnt(record)
      note(setAside(path, `it is the record of "${record.name}"`))
      return undefined
    }
    if (found.error.code === 'state-newer') throw new StateError(found.error, `${path} is of a newer paictl`)
    note(found.error)
    return undefined
  }

  /** What is known of a service whose record was lost: enough to ask it, to stop it and to delete it. */
  const loadPrevious = (service: string): ServiceRecord | undefined => {
    const path = previousRecordFile(cluster, service)
    const previous = existsSync(path) ? loadFrom(path, service) : undefined
    if (previous === undefined || previous.phase === 'deleting') return previous
    return { ...previous, phase: 'interrupted', problem: 'its record was lost; this is by the one before it' }
  }

  const learnt = (record: ServiceRecord): ServiceRecord => {
    const file = record.applied?.secretsFile
    if (file) secrets.add(guarded(file, () => readSecrets(file)))
    return record
  }

  const read = (service: string): ServiceRecord | undefined => {
    if (!known.has(service)) known.set(service, load(service))
    return known.get(service)
  }

  return {
    read,

    write(record) {
      const path = recordFile(cluster, record.name)
      refuseLink(serviceDirectory(cluster, record.name))
      guarded(path, () => {
        keepPrevious(path, previousRecordFile(cluster, record.name))
        replaceFile(path, stateText(record))
      })
      commit.touch(path)
      known.set(record.name, record)
    },

    forget(service) {
      const directory = serviceDirectory(cluster, service)
      refuseLink(directory)
      guarded(directory, () => {
        // What is half removed is not to be taken for what it was before.
        unlinkThere(previousRecordFile(cluster, service))
        removeCopies(cluster, service)
        removeTree(directory)
      })
      known.set(service, undefined)
    },

    names() {
      const directory = servicesDirectory(cluster)
      const entries = guarded(directory, () => (existsSync(directory) ? readdirSync(directory) : []))
      return entries.filter((name) => read(name) !== undefined).sort()
    },

    problems: () => [...problems.values()],
    reread: () => known.clear(),
  }
}

/**
 * A link, so that the record itself is there all the time. A file system without links keeps none; any other reason not to
 * is one for the record, too, which says so.
 */
function keepPrevious(path: string, previous: string): void {
  if (!existsSync(path)) return
  try {
    unlinkThere(previous)
    linkSync(path, previous)
  } catch (error) {
    if (!isSystemError(error)) throw error
  }
}

/** What cannot be read any more cannot be masked, and must not keep anyone from stopping the service. */
function readSecrets(file: string): string[] {
  try {
    const values: unknown = JSON.parse(readPlain(file).toString())
    return Array.isArray(values) ? values.filter((value) => typeof value === 'string') : []
  } catch (error) {
    if (error instanceof SyntaxError || isAbsent(error) || systemCode(error) === 'ELOOP') return []
    throw error
  }
}
