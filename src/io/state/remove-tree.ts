import { chmodSync, type Dirent, lstatSync, readdirSync, renameSync, rmdirSync, unlinkSync } from 'node:fs'
import { diagnostic } from '../../model/diagnostic.ts'
import { isAbsent, StateError, systemCode } from './state-error.ts'

/**
 * Removes a file or directory with all that is in it, however deep; nothing where there is none. Links are removed, what
 * they lead to is not touched, and neither is what is mounted inside.
 */
export function removeTree(path: string): void {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return
  if (!stat.isDirectory()) {
    unlinkThere(Buffer.from(path))
    return
  }
  const tree: Tree = { top: Buffer.from(path), device: stat.dev, deep: [], moved: 0 }
  empty(tree.top, tree)
  for (let deep = tree.deep.pop(); deep !== undefined; deep = tree.deep.pop()) removeIn(tree.top, deep, tree)
  remove(tree.top, tree, rmdirSync)
}

interface Tree {
  readonly top: Buffer
  readonly device: number
  /** Directories that were too deep down, moved to the top to be removed from there. */
  readonly deep: Buffer[]
  moved: number
}

/** The system takes paths of 4096 bytes at most, and so many levels of calls fit on the stack. */
const LONGEST_PATH = 1000
/** Something may still write into a directory that is being removed. */
const ATTEMPTS = 4

const removeIn = (parent: Buffer, directory: Buffer, tree: Tree): void =>
  remove(directory, tree, (path) => withRights(parent, () => rmdirSync(path)))

function remove(directory: Buffer, tree: Tree, rmdir: (path: Buffer) => void): void {
  for (let attempt = 1; ; attempt++) {
    empty(directory, tree)
    try {
      rmdir(directory)
      return
    } catch (error) {
      const code = systemCode(error)
      if (code === 'ENOENT') return
      if ((code !== 'ENOTEMPTY' && code !== 'EEXIST') || attempt === ATTEMPTS) throw error
    }
  }
}

function empty(directory: Buffer, tree: Tree): void {
  for (const entry of withRights(directory, () => entriesOf(directory))) {
    const child = Buffer.concat([directory, SLASH, entry.name])
    if (!entry.isDirectory()) withRights(directory, () => unlinkThere(child))
    else if (child.length > LONGEST_PATH) withRights(directory, () => moveUp(child, tree))
    else {
      withRights(directory, () => refuseMount(child, tree))
      removeIn(directory, child, tree)
    }
  }
}

/** Some tools protect what they keep by taking the owner's own rights from its directories. */
function withRights<T>(directory: Buffer, act: () => T): T {
  try {
    return act()
  } catch (error) {
    const code = systemCode(error)
    if (code !== 'EACCES' && code !== 'EPERM') throw error
    try {
      chmodSync(directory, 0o700)
    } catch {
      // Somebody else's.
      throw error
    }
    return act()
  }
}

/** Names as bytes: not all that a file can be called is text. */
function entriesOf(directory: Buffer): { readonly name: Buffer; isDirectory(): boolean }[] {
  try {
    // The types of Node 20 do not know that entries come as bytes, too.
    const options = { withFileTypes: true, encoding: 'buffer' } as unknown as { withFileTypes: true }
    return readdirSync(directory, options) as unknown as (Omit<Dirent, 'name'> & { name: Buffer })[]
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return []
    throw error
  }
}

function moveUp(directory: Buffer, tree: Tree): void {
  chmodSync(directory, 0o700)
  for (;;) {
    const place = Buffer.concat([tree.top, Buffer.from(`/.removed-${tree.moved++}`)])
    if (lstatSync(place, { throwIfNoEntry: false }) !== undefined) continue
    renameSync(directory, place)
    tree.deep.push(place)
    return
  }
}

/** What is mounted inside is somebody else's: a disk, a directory of the machine. */
function refuseMount(directory: Buffer, { device }: Tree): void {
  const stat = lstatSync(directory, { throwIfNoEntry: false })
  if (stat === undefined || stat.dev === device) return
  const path = directory.toString()
  const reason = 'a file system is mounted there, which has to be unmounted first'
  throw new StateError(diagnostic('state-unwritable', { path, reason }), `${path}: ${reason}`)
}

/** Removes a file; nothing where there is none. */
export function unlinkThere(path: Buffer | string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if (!isAbsent(error)) throw error
  }
}

const SLASH = Buffer.from('/')
