import { select } from '../engine/selection.ts'
import { follow } from '../io/logs/log-follow.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import { err, ok, type Result } from '../model/result.ts'
import type { Invocation } from './invocation.ts'
import { type BareSite, openBareSite } from './project/site.ts'
import { selectableOf } from './service-row.ts'

export interface LogsRequest {
  readonly names: readonly string[]
  /** How many lines of each log, from its end. */
  readonly lines: number
}

/** The end of one service's newest log. */
export interface ServiceLog {
  readonly service: string
  /** Absolute; `null` where it has none yet. */
  readonly path: string | null
  readonly lines: readonly string[]
  /** Bytes of the file that `lines` reach up to: where following goes on. */
  readonly end: number
}

/** The newest log of each named service, of all that have one when no name is given. Needs no valid project. */
export async function readLogs(
  invocation: Invocation,
  { names, lines }: LogsRequest,
): Promise<Result<readonly ServiceLog[], readonly Diagnostic[]>> {
  const opened = await openBareSite(invocation)
  if (!opened.ok) return opened
  const { cluster, services } = opened.value
  const known = [...new Set([...services.keys(), ...cluster.records.names()])]
  cluster.logs.capWritten(cluster.records.names().flatMap((name) => cluster.records.read(name) ?? []))
  const selectable = known.map((name) => selectableOf(name, { cluster, services }, undefined))
  const selection = select({ names, all: names.length === 0 }, selectable)
  if (selection.problems.length > 0) return err(selection.problems)
  const logs = selection.names.map((service) => readLog(service, lines, opened.value))
  return ok(names.length === 0 ? logs.filter((log) => log.path !== null) : logs)
}

function readLog(service: string, lines: number, { cluster }: BareSite): ServiceLog {
  const path = cluster.logs.latestLog(service)
  if (path === undefined) return { service, path: null, lines: [], end: 0 }
  const end = cluster.logs.size(path)
  return { service, path, lines: cluster.logs.tail(path, lines), end }
}

/** Hands on what is appended to the logs, until `signal` aborts. */
export async function followLogs(
  logs: readonly ServiceLog[],
  onChunk: (service: string, text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(
    logs.flatMap(({ service, path, end }) =>
      path === null ? [] : [follow({ path, from: end, onChunk: (text) => onChunk(service, text), signal })],
    ),
  )
}
