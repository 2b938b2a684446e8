import { closeSync, constants, existsSync, lstatSync, readdirSync, rmSync, writeSync } from 'node:fs'
import type { LogStore } from '../../engine/ports.ts'
import type { ServiceRecord } from '../../model/record.ts'
import { Secrets } from '../../model/secrets.ts'
import { makeDirectory, openPrivate } from '../state/atomic-file.ts'
import { guarded } from '../state/state-error.ts'
import { refuseLink } from '../state/state-guard.ts'
import { logDirectory, serviceDirectory } from '../state/state-layout.ts'
import { capAll, capLog, watchLogs } from './log-cap.ts'
import { tailOf } from './log-tail.ts'

/** One step's log. */
export interface LogFile {
  readonly path: string
  readonly run: string
  readonly operator: string
  readonly bytes: number
  readonly modifiedMs: number
}

export interface ClusterLogs extends LogStore {
  /** All logs of a service, the oldest run first. */
  list(service: string): LogFile[]
  /** The log that was written to last; `undefined` where there is none. */
  latestLog(service: string): string | undefined
  /** Cuts logs beyond 10 MiB (five older parts are kept), and removes those of all but the last ten runs. */
  capLogs(service: string): void
  /** Cuts the logs that what runs of these services may be writing to now. */
  capWritten(records: Iterable<ServiceRecord>): void
  /** Goes on doing so, also with the logs of this process's own steps, until the returned function is called. */
  keepCapped(records: Iterable<ServiceRecord>): () => void
}

const KEPT_RUNS = 10
const NAME = /^(.+)-([a-z]+)\.log$/
/** What a run that was gone on with calls the versions that it stages: its id, and how often it was begun. */
const RESUMED = /^(\d+-\d+-[\da-f]+)-\d+$/

/** Opens the logs of a cluster; `secrets` are masked in what is read of them. */
export function createLogStore(cluster: string, secrets = new Secrets()): ClusterLogs {
  const directoryOf = (service: string): string => {
    const directory = logDirectory(cluster, service)
    for (const path of [serviceDirectory(cluster, service), directory]) refuseLink(path)
    return directory
  }
  const opened = new Set<string>()
  /** A daemon writes to the log of the start that left it behind, or of the refresh that replaced it. */
  const writtenBy = ({ name, startedVersion, applied }: ServiceRecord): string[] => {
    const directory = logDirectory(cluster, name)
    const started = startedVersion === null ? [] : [`${directory}/${runOf(startedVersion)}-start.log`]
    return applied === null ? started : [...started, `${directory}/${runOf(applied.version)}-refresh.log`]
  }
  const list = (service: string): LogFile[] => {
    const directory = directoryOf(service)
    return guarded(directory, () =>
      existsSync(directory)
        ? readdirSync(directory)
            .flatMap((name) => logFile(directory, name))
            .sort(byRun)
        : [],
    )
  }

  return {
    path(service, run, operator) {
      const directory = directoryOf(service)
      guarded(directory, () => makeDirectory(directory))
      const path = `${directory}/${run}-${operator}.log`
      opened.add(path)
      return path
    },

    append(path, line) {
      guarded(path, () => {
        const fd = openPrivate(path, constants.O_APPEND)
        try {
          writeSync(fd, `${line}\n`)
        } finally {
          closeSync(fd)
        }
      })
    },

    size: (path) => guarded(path, () => lstatSync(path, { throwIfNoEntry: false })?.size ?? 0),
    tail(path, lines) {
      return guarded(path, () => {
        const tail = tailOf(path, lines, secrets)
        // Where it was cut a moment ago, what came before is in its newest part.
        return tail.length < lines ? [...tailOf(`${path}.1`, lines - tail.length, secrets), ...tail] : tail
      })
    },
    list,

    latestLog(service) {
      const logs = list(service)
      // What a daemon prints is in the log of its start: nothing before that is news, and only what others wrote after it.
      const since = logs.slice(
        Math.max(
          0,
          logs.findLastIndex((log) => log.operator === 'start'),
        ),
      )
      const written = since.filter((log, index) => index === 0 || log.bytes > 0)
      // Where two were written at the same time, the later run's.
      return written.reduce<LogFile | undefined>(
        (latest, log) => (latest === undefined || log.modifiedMs >= latest.modifiedMs ? log : latest),
        undefined,
      )?.path
    },

    capWritten: (records) => void capAll([...records].flatMap(writtenBy)),

    keepCapped(records) {
      const written = [...records].flatMap(writtenBy)
      return watchLogs(() => [...written, ...opened])
    },

    capLogs(service) {
      const logs = list(service)
      const runs = [...new Set(logs.map((log) => log.run))].slice(-KEPT_RUNS)
      // What was started last may run still, and write: of a service that is up, this log is never the one to go.
      const started = logs.findLast((log) => log.operator === 'start')
      guarded(logDirectory(cluster, service), () => {
        for (const log of logs) {
          if (log === started || runs.includes(log.run)) capLog(log.path, log.bytes)
          else removeLog(logDirectory(cluster, service), log.path)
        }
      })
    },
  }
}

/** The run that staged a version, whose logs have its id. */
const runOf = (version: string): string => RESUMED.exec(version)?.[1] ?? version

function logFile(directory: string, name: string): LogFile[] {
  const match = NAME.exec(name)
  const path = `${directory}/${name}`
  const stat = match && lstatSync(path, { throwIfNoEntry: false })
  if (!match || !stat?.isFile()) return []
  const [, run = '', operator = ''] = match
  return [{ path, run, operator, bytes: stat.size, modifiedMs: stat.mtimeMs }]
}

function removeLog(directory: string, path: string): void {
  for (const name of readdirSync(directory)) {
    if (`${directory}/${name}`.startsWith(path)) rmSync(`${directory}/${name}`, { force: true })
  }
}

const byRun = (a: LogFile, b: LogFile): number => (a.path < b.path ? -1 : 1)
