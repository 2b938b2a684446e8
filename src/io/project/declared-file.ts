import { accessSync, constants, lstatSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts'
import { createFile, makeOrdinaryDirectory, replaceFile } from '../state/atomic-file.ts'
import { ownSuffix, sweepDirectory } from '../state/half-written.ts'
import { isAbsent, plainReason, StateError, systemCode } from '../state/state-error.ts'

/**
 * Creates a file of the project with all of its text, and the directories that it lacks; `false` where something is there
 * already. Modes are those that the umask leaves: it is the user's own file. Throws `StateError` where the disk refuses.
 */
export function createDeclared(path: string, text: string): boolean {
  return asDeclared(path, () => {
    makeOrdinaryDirectory(dirname(path))
    return createFile(path, text, { ...beside(path), mode: 0o666 & ~process.umask(), needsNoLinks: true })
  })
}

/**
 * Replaces the text of a file of the project in one step; its mode stays, and so does a link to it. Throws `StateError` where
 * the disk refuses.
 */
function replaceDeclared(path: string, text: string): void {
  asDeclared(path, () => {
    const target = realpathSync(path)
    replaceFile(target, text, { ...beside(target), mode: statSync(target).mode & 0o7777 })
  })
}

/**
 * The same for several files, by their paths: all of them or none. Where one of them is refused, those before it hold again
 * what they held.
 */
export function replaceAllDeclared(texts: ReadonlyMap<string, string>): void {
  const replaced: (readonly [string, string])[] = []
  try {
    for (const [path, text] of texts) {
      const before = asDeclared(path, () => readFileSync(path, 'utf8'))
      replaceDeclared(path, text)
      replaced.push([path, before])
    }
  } catch (error) {
    for (const [path, before] of replaced.reverse()) replaceDeclared(path, before)
    throw error
  }
}

/**
 * Where a file is written first: under a name that begins with a dot, which those who read the directory pass over. What
 * processes that are gone have left of the same file is removed.
 */
function beside(path: string): { readonly temporary: string } {
  const [directory, hidden] = [dirname(path), `.${basename(path)}`]
  sweepDirectory(directory, hidden)
  return { temporary: join(directory, `${hidden}${ownSuffix()}`) }
}

/** When a file of the project was written last, in milliseconds since the epoch; `undefined`: there is none. */
export const modifiedAt = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.mtimeMs

/** Removes a file of the project; one that is gone already is as good. Throws `StateError` where the disk refuses. */
export function removeDeclared(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch (error) {
    if (systemCode(error) === undefined) throw error
    const data = { path, reason: plainReason(error) }
    throw new StateError(diagnostic('unremovable-file', data), `${path}: ${data.reason}`)
  }
}

/** Why a file of the project cannot be removed, as far as that can be seen before; `undefined`: nothing is in the way. */
export function notRemovable(path: string): Diagnostic | undefined {
  try {
    const directory = dirname(path)
    accessSync(directory, constants.W_OK | constants.X_OK)
    const user = process.getuid?.() ?? 0
    const owners = [user, lstatSync(path).uid, statSync(directory).uid]
    const isSticky = (statSync(directory).mode & STICKY) !== 0
    if (!isSticky || user === 0 || owners.indexOf(user, 1) > 0) return undefined
    return diagnostic('unremovable-file', { path, reason: 'only its owner may remove it' })
  } catch (error) {
    if (isAbsent(error)) return undefined
    if (systemCode(error) === undefined) throw error
    return diagnostic('unremovable-file', { path, reason: plainReason(error) })
  }
}

/** Whoever may write to a directory with this bit may still not remove what is another one's. */
const STICKY = 0o1000

function asDeclared<T>(path: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    if (systemCode(error) === undefined) throw error
    const data = { path, reason: plainReason(error) }
    throw new StateError(diagnostic('unwritable-file', data), `${path}: ${data.reason}`)
  }
}
