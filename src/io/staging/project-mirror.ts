import {
  type Dirent,
  lstatSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path'
import { createDirectory, makeDirectory } from '../state/atomic-file.ts'
import { removeTree } from '../state/remove-tree.ts'
import { isAbsent, systemCode } from '../state/state-error.ts'
import { treeDirectory } from '../state/state-layout.ts'

export interface ProjectPlace {
  readonly root: string
  readonly componentsDirectory: string
}

/**
 * A cluster's mirror of its project: a directory of links to the project's entries, in which components that were staged
 * are real directories. A staged copy in there is as deep as the deploy directory that it is a copy of, so that
 * relative paths out of it reach the project's files.
 */
export interface Mirror {
  /** These components will be staged: they become real directories at once, and not links first. */
  expect(components: Iterable<string>): void
  /** The real directory of a component in the mirror, its entries up to date. */
  componentDirectory(component: string): string
}

/** Opens a cluster's mirror; what is in the project's root and its components directory is compared once. */
export function openMirror(cluster: string, project: ProjectPlace): Mirror {
  const place = placeOf(project)
  const tree = treeDirectory(cluster)
  const components = join(tree, ...place.segments)
  const source = join(place.root, ...place.segments)
  const expected = new Set<string>()
  const fresh = new Set<string>()
  let synced = false

  const sync = (component: string): void => {
    syncComponent(`${source}/${component}`, `${components}/${component}`)
    fresh.add(component)
  }

  return {
    expect(names) {
      for (const name of names) expected.add(name)
    },

    componentDirectory(component) {
      if (!synced) {
        syncTree(cluster, tree, place, expected)
        synced = true
        for (const one of expected) sync(one)
      }
      if (!fresh.has(component)) sync(component)
      return `${components}/${component}`
    },
  }
}

/** Points the mirror's links into the project at its new place. */
export function repointMirror(cluster: string, from: string, to: string): void {
  repoint(treeDirectory(cluster), from, to)
}

interface MirroredPlace {
  readonly root: string
  /** The way from the root down to the components. */
  readonly segments: readonly string[]
}

function placeOf({ root, componentsDirectory }: ProjectPlace): MirroredPlace {
  const way = relative(root, componentsDirectory)
  if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) {
    // No relative path from these components leads to the root, so that their own surroundings are mirrored instead.
    return { root: realpathSync(dirname(componentsDirectory)), segments: [basename(componentsDirectory)] }
  }
  return { root: realpathSync(root), segments: way === '' ? [] : way.split(sep) }
}

function syncTree(
  cluster: string,
  tree: string,
  { root, segments }: MirroredPlace,
  unlinked: ReadonlySet<string>,
): void {
  const state = realpathSync(cluster)
  let source = root
  let mirror = tree
  for (const segment of [...segments, undefined]) {
    if (isLink(mirror)) unlinkSync(mirror)
    makeDirectory(mirror)
    // A state directory inside of the project would be mirrored into itself.
    const names = readdirSync(source).filter((name) => name !== segment && !state.startsWith(`${source}/${name}/`))
    if (segment === undefined) {
      linkEntries(source, mirror, names, unlinked)
      return
    }
    linkEntries(source, mirror, names)
    source = `${source}/${segment}`
    mirror = `${mirror}/${segment}`
  }
}

function syncComponent(source: string, directory: string): void {
  const names = readdirSync(source)
  if (createDirectory(directory)) {
    for (const name of names) symlinkSync(`${source}/${name}`, `${directory}/${name}`)
    return
  }
  if (!isLink(directory) && isThere(directory)) {
    linkEntries(source, directory, names)
    return
  }
  // Filled first, so that others who reach for the component through the mirror miss it only between two calls.
  const filled = join(dirname(directory), `.${basename(directory)}.${process.pid}`)
  removeTree(filled)
  makeDirectory(filled)
  for (const name of names) symlinkSync(`${source}/${name}`, `${filled}/${name}`)
  removeLink(directory)
  try {
    renameSync(filled, directory)
  } catch (error) {
    const code = systemCode(error)
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'ENOTDIR') throw error
    // Another process was faster.
    removeTree(filled)
    syncComponent(source, directory)
  }
}

/** Makes the links of `mirror` those to `names` in `source`; what is there and no link stays. */
function linkEntries(
  source: string,
  mirror: string,
  names: readonly string[],
  unlinked: ReadonlySet<string> = new Set(),
): void {
  const missing = new Set(names.filter((name) => !unlinked.has(name)))
  for (const entry of readdirSync(mirror, { withFileTypes: true })) {
    const path = `${mirror}/${entry.name}`
    if (!entry.isSymbolicLink()) missing.delete(entry.name)
    else if (missing.has(entry.name) && linkTarget(path) === `${source}/${entry.name}`) missing.delete(entry.name)
    else removeLink(path)
  }
  for (const name of missing) addLink(`${source}/${name}`, `${mirror}/${name}`)
}

function repoint(directory: string, from: string, to: string): void {
  for (const entry of entriesOf(directory)) {
    const path = `${directory}/${entry.name}`
    const target = entry.isSymbolicLink() ? linkTarget(path) : undefined
    if (target?.startsWith(`${from}/`)) {
      removeLink(path)
      addLink(`${to}${target.slice(from.length)}`, path)
    }
    // Staged copies are the services' own.
    if (entry.isDirectory() && !entry.name.includes('@')) repoint(path, from, to)
  }
}

function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
  } catch (error) {
    if (isAbsent(error)) return []
    throw error
  }
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}

/** Readers update the mirror too, at any time; a link that another process has just made is as good. */
function addLink(target: string, path: string): void {
  try {
    symlinkSync(target, path)
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error
  }
}

function removeLink(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    const code = systemCode(error)
    // EISDIR, EPERM: by now it is a directory, which another process has made of it.
    if (code !== 'ENOENT' && code !== 'EISDIR' && code !== 'EPERM') throw error
  }
}

const isLink = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false
const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined
