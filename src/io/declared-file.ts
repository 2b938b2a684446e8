import { randomBytes } from 'node:crypto'
import { chmodSync, linkSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { diagnostic } from '../model/diagnostic.ts'
import { makeOrdinaryDirectory } from './atomic-file.ts'
import { plainReason, StateError, systemCode } from './state-error.ts'

/**
 * Creates a file of the project with all of its text, and the directories that it lacks; `false` where something is there
 * already. Modes are those that the umask leaves: it is the user's own file. Throws `StateError` where the disk refuses.
 */
export function createDeclared(path: string, text: string): boolean {
  return asDeclared(path, () => {
    makeOrdinaryDirectory(dirname(path))
    const temporary = writeBeside(path, text)
    try {
      linkSync(temporary, path)
      return true
    } catch (error) {
      if (systemCode(error) === 'EEXIST') return false
      throw error
    } finally {
      rmSync(temporary, { force: true })
    }
  })
}

/**
 * Replaces the text of a file of the project in one step; its mode stays, and so does a link to it. Throws `StateError` where
 * the disk refuses.
 */
export function replaceDeclared(path: string, text: string): void {
  asDeclared(path, () => {
    const target = realpathSync(path)
    const temporary = writeBeside(target, text)
    try {
      chmodSync(temporary, statSync(target).mode & 0o7777)
      renameSync(temporary, target)
    } catch (error) {
      rmSync(temporary, { force: true })
      throw error
    }
  })
}

/** Removes a file of the project; one that is gone already is as good. Throws `StateError` where the disk refuses. */
export function removeDeclared(path: string): void {
  asDeclared(path, () => rmSync(path, { force: true }))
}

/** Under a name that begins with a dot, which those who read the directory pass over. */
function writeBeside(path: string, text: string): string {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.${randomBytes(4).toString('hex')}`)
  try {
    writeFileSync(temporary, text, { flag: 'wx' })
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
  return temporary
}

function asDeclared<T>(path: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    if (systemCode(error) === undefined) throw error
    const data = { path, reason: plainReason(error) }
    throw new StateError(diagnostic('unwritable-file', data), `${path}: ${data.reason}`)
  }
}
