import { nearest } from '../../config/nearest.ts'
import type { Lease } from '../../engine/ports.ts'
import { type ScannedDeployment, scanDeployments } from '../../io/project/deployment-scan.ts'
import { aloneIn } from '../../io/state/leases.ts'
import { type Diagnostic, diagnostic, isError } from '../../model/diagnostic.ts'
import type { ProjectSettings } from '../../model/project.ts'
import { err, ok, type Result } from '../../model/result.ts'
import type { Conversation, Invocation } from '../invocation.ts'
import { claim } from '../project/cluster.ts'
import type { Project } from '../project/project.ts'
import { openSite, type Site } from '../project/site.ts'
import { renderSelection } from '../rendering/render-selection.ts'
import { migrate } from '../running/migrate.ts'
import { weigh } from '../weigh.ts'
import { type Draft, placed } from './places.ts'

/** The files of all deployments at one moment. */
export type Declared = readonly ScannedDeployment[]

/** The files of all deployments as they are now. */
export const declaredNow = ({ clusterConfigDirectory, fileSizeLimit }: ProjectSettings): Declared =>
  scanDeployments(clusterConfigDirectory, fileSizeLimit).deployments

/** Whether the files are otherwise than they were: what was found wrong by what others have written may not be so. */
export const isMoved = (settings: ProjectSettings, seen: Declared): boolean =>
  JSON.stringify(declaredNow(settings)) !== JSON.stringify(seen)

export interface WriteRequest {
  readonly invocation: Invocation
  readonly conversation: Conversation
  readonly site: Site
  /** What the files were when it was decided what to write. */
  readonly seen: Declared
  readonly takeOver: boolean
  readonly waitLockMs: number
}

/**
 * Carries out `write` while no other command writes deployments of this cluster, if their files are still what was seen:
 * what was decided by them, a port above all, would not hold otherwise. `moved`: they are not, and nothing was written.
 */
export async function writeDeclared(
  { invocation, conversation, site, seen, takeOver, waitLockMs }: WriteRequest,
  write: () => void,
): Promise<Result<'written' | 'moved', Diagnostic>> {
  const { cluster, project } = site
  const claimed = claim(cluster, takeOver)
  if (!claimed.ok) return claimed
  const waiting = {
    command: invocation.secrets.mask(invocation.commandLine),
    waitMs: waitLockMs,
    onWait: (held: Diagnostic) => conversation.warn([{ ...held, severity: 'warning' }]),
  }
  const done = await aloneIn(cluster.directory, waiting, () => {
    const isSame = !isMoved(project.settings, seen)
    if (isSame) write()
    return { outcome: isSame ? ('written' as const) : ('moved' as const) }
  })
  return done.ok ? ok(done.value.outcome) : done
}

/**
 * Waits until nobody is at work on deployments, and keeps everybody away from them until the lease is given back: what is
 * decided meanwhile about them holds.
 */
export async function leaseDeployments(
  names: readonly string[],
  { invocation, conversation, site: { cluster }, takeOver, waitLockMs }: Omit<WriteRequest, 'seen'>,
): Promise<Result<Lease, Diagnostic>> {
  const claimed = claim(cluster, takeOver)
  if (!claimed.ok) return claimed
  const waiting = {
    command: invocation.secrets.mask(invocation.commandLine),
    waitMs: waitLockMs,
    onWait: (held: Diagnostic) => conversation.warn([{ ...held, severity: 'warning' }]),
  }
  const upToDate = await migrate(cluster, waiting, conversation)
  if (!upToDate.ok) return upToDate
  return await cluster.leases.acquire({ ...waiting, exclusive: [...names].sort(), possible: [], shared: [] })
}

/**
 * Decides and writes anew as long as others write deployments in between: each time one of them is done.
 * @param attempt gets how often it was tried before; `moved`: others have written what it had decided by
 * @param waitMs for how long at most; always some times
 */
export async function untilUnmoved<T extends object>(
  attempt: (tries: number) => Promise<T | 'moved'>,
  waitMs: number,
): Promise<Result<T, Diagnostic>> {
  const until = Date.now() + waitMs
  for (let tries = 0; tries < TRIES || Date.now() < until; tries += 1) {
    const done = await attempt(tries)
    if (done !== 'moved') return ok(done)
  }
  return err(diagnostic('deployments-moving', {}))
}

const TRIES = 100

/** A project as it would be with drafts in it, and all that keeps these from being started or refreshed. */
export async function checkDrafts(
  invocation: Invocation,
  drafts: ReadonlyMap<string, Draft>,
): Promise<{ readonly site: Site | undefined; readonly problems: readonly Diagnostic[] }> {
  const texts = new Map([...drafts].map(([name, { text }]) => [name, text]))
  const opened = await openSite({ ...invocation, drafts: texts })
  if (!opened.ok) return { site: undefined, problems: placed(opened.error, [...drafts.values()]) }
  const site = opened.value
  const selected = new Set([...texts.keys()].filter((name) => site.services.has(name)))
  const rendering = await renderSelection(site, invocation, selected, { problemsOnly: true })
  const concerned = new Set([...rendering.concerned, ...texts.keys()])
  const found = [...site.diagnostics, ...rendering.diagnostics]
  const { blocking } = weigh(found, concerned, site.project)
  // It is said of the one whose name comes later, which may be the other one.
  const ports = found.filter((one) => one.code === 'port-taken' && texts.has(one.data.other) && !blocking.includes(one))
  return { site, problems: placed([...blocking, ...ports].filter(isError), [...drafts.values()]) }
}

/** What is to be said of a name that no deployment has. */
export function unknownDeployment(
  name: string,
  { deployments, components }: Project,
  recorded: readonly string[] = [],
): Diagnostic {
  const isComponent = components.has(name)
  const near = isComponent ? null : nearest(name, [...new Set([...deployments.keys(), ...recorded])])
  return diagnostic('unknown-deployment', { name, nearest: near, isComponent })
}
