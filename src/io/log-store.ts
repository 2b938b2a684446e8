import { closeSync, constants, existsSync, lstatSync, readdirSync, rmSync, writeSync } from 'node:fs'
import type { LogStore } from '../engine/ports.ts'
import { Secrets } from '../model/secrets.ts'
import { makeDirectory, openPrivate } from './atomic-file.ts'
import { capLog } from './log-cap.ts'
import { tailOf } from './log-tail.ts'
import { guarded } from './state-error.ts'
import { refuseLink } from './state-guard.ts'
import { logDirectory, serviceDirectory } from './state-layout.ts'

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
}

const KEPT_RUNS = 10
const NAME = /^(.+)-([a-z]+)\.log$/

/** Opens the logs of a cluster; `secrets` are masked in what is read of them. */
export function createLogStore(cluster: string, secrets = new Secrets()): ClusterLogs {
  const directoryOf = (service: string): string => {
    const directory = logDirectory(cluster, service)
    for (const path of [serviceDirectory(cluster, service), directory]) refuseLink(path)
    return directory
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
      return `${directory}/${run}-${operator}.log`
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
    tail: (path, lines) => guarded(path, () => tailOf(path, lines, secrets)),
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
