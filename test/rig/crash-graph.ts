import type { ArenaComponent } from './arena-component.ts'

/** What each of twelve services needs: two roots, a diamond, a chain, a job in the middle, and one that stands alone. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  s01: [],
  s02: [],
  s03: ['s01'],
  s04: ['s01', 's02'],
  s05: ['s03', 's04'],
  s06: ['s05'],
  s07: ['s05'],
  s08: ['s06', 's07'],
  s09: ['s02'],
  s10: ['s08', 's09'],
  s11: ['s10'],
  s12: [],
}
/** Completed by its script, without anybody to ask. */
const JOBS = ['s03']
/** Nobody can be asked whether it runs. */
const SILENT = ['s07', 's12']
/** Stopped and started where others have a script that refreshes them. */
const WITHOUT_REFRESH = ['s04', 's09', 's12']
/** Stopped where others have a script that deletes them. */
const WITHOUT_DELETE = ['s02', 's06']

/** Twelve components of all kinds that paictl tells apart; `revision` is what their configuration says. */
export function crashGraph(revision: number): readonly ArenaComponent[] {
  return Object.entries(NEEDS).map(([name, prerequisites]) => ({
    name,
    kind: JOBS.includes(name) ? 'job' : 'service',
    prerequisites,
    refreshes: !WITHOUT_REFRESH.includes(name) && !JOBS.includes(name),
    deletes: !WITHOUT_DELETE.includes(name),
    observable: !SILENT.includes(name),
    configured: revision,
    written: 1,
  }))
}
