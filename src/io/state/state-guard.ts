import { chmodSync, lstatSync, type Stats, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Diagnostic, type DiagnosticData, diagnostic } from '../../model/diagnostic.ts'
import { guarded, StateError } from './state-error.ts'
import { ownDirectories } from './state-layout.ts'

/**
 * Throws a `StateError` unless the state directory and the cluster's are this user's alone. What is not there yet is no
 * problem. The state directory may be reached by a link: a person names it. What is below is made by paictl, and no link.
 */
export function checkState(cluster: string): void {
  guarded(cluster, () => {
    checkStateDirectory(dirname(cluster))
    const own = lstatSync(cluster, { throwIfNoEntry: false })
    if (own === undefined) return
    refuseLink(cluster)
    checkRights(cluster, own)
    for (const path of ownDirectories(cluster)) refuseLink(path)
  })
}

/** The same for the state directory alone. */
export function checkStateDirectory(state: string): void {
  guarded(state, () => {
    const stat = statSync(state, { throwIfNoEntry: false })
    if (stat !== undefined) checkRights(state, stat)
  })
}

/** Takes from others what rights they have to look into the cluster's directory. */
export function closeToOthers(cluster: string): void {
  guarded(cluster, () => {
    const stat = lstatSync(cluster, { throwIfNoEntry: false })
    if (stat?.isDirectory() && (stat.mode & 0o077) !== 0) chmodSync(cluster, 0o700)
  })
}

/** Throws a `StateError` where a symbolic link is at `path`: paictl makes none there, and follows none. */
export function refuseLink(path: string): void {
  if (isLink(path)) throw unsafe({ path, problem: 'link' })
}

/** The problem that `refuseLink` finds, for who goes on without what is there. */
export function linkProblem(path: string): Diagnostic | undefined {
  return isLink(path) ? diagnostic('state-unsafe', { path, problem: 'link' }) : undefined
}

function isLink(path: string): boolean {
  return guarded(path, () => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false)
}

function checkRights(path: string, { uid, mode }: Stats): void {
  const user = process.geteuid?.()
  // Where there are no users, there are no such modes either.
  if (user === undefined) return
  if (uid !== user) throw unsafe({ path, problem: 'owner', owner: uid, user })
  // In a directory like /tmp everybody makes entries, and nobody replaces those of others.
  const isShared = (mode & 0o022) !== 0 && (mode & 0o1000) === 0
  if (isShared) throw unsafe({ path, problem: 'open', mode: (mode & 0o7777).toString(8) })
}

const PROBLEMS = {
  link: 'is a symbolic link',
  owner: 'belongs to another user',
  open: 'can be written to by others',
} as const

function unsafe(data: DiagnosticData['state-unsafe']): StateError {
  return new StateError(diagnostic('state-unsafe', data), `${data.path} ${PROBLEMS[data.problem]}`)
}
