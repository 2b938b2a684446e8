/** What one script of an arena wrote down at one moment. */
export interface Entry {
  readonly what: 'begin' | 'end' | 'ended' | 'overlap' | 'unready' | 'needed'
  readonly operator: string
  readonly service: string
  readonly pid: number
  readonly run: string
  /** Of an end its exit code, of a complaint whom it is about. */
  readonly detail: string
}

export function readTrace(text: string): Entry[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [what = '', operator = '', service = '', pid = '', run = '', detail = ''] = line.split(' ')
      return { what: what as Entry['what'], operator, service, pid: Number(pid), run, detail }
    })
}

/** What never may be in a trace, whatever was done: two scripts of one service at once, one that nobody saw begin or end. */
export function overlaps(trace: readonly Entry[]): string[] {
  const problems: string[] = []
  const busy = new Map<string, Entry>()
  for (const entry of trace) {
    const { what, service, pid } = entry
    if (what === 'overlap') problems.push(`${worded(entry)}: process ${entry.detail} still runs`)
    if (what === 'begin') {
      const other = busy.get(service)
      if (other !== undefined) problems.push(`${worded(entry)} while ${worded(other)} had not ended`)
      busy.set(service, entry)
    }
    if (what === 'end' || what === 'ended') {
      if (busy.get(service)?.pid !== pid) problems.push(`${worded(entry)}, which had not begun`)
      busy.delete(service)
    }
  }
  return problems
}

/** Starts and refreshes that began before what they need was ready. */
export const unready = (trace: readonly Entry[]): string[] =>
  trace.filter(({ what }) => what === 'unready').map((entry) => `${worded(entry)} while ${entry.detail} was not ready`)

/** Stops that began while somebody who needs the service still ran. */
export const stillNeeded = (trace: readonly Entry[]): string[] =>
  trace.filter(({ what }) => what === 'needed').map((entry) => `${worded(entry)} while ${entry.detail} needed it`)

/** How often each script began: `start web` → 1. */
export function begun(trace: readonly Entry[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { what, operator, service } of trace) {
    const step = `${operator} ${service}`
    if (what === 'begin') counts.set(step, (counts.get(step) ?? 0) + 1)
  }
  return counts
}

const worded = ({ what, operator, service, pid, run }: Entry): string =>
  `${what} ${operator} ${service} (${pid}, ${run})`
