import { readdirSync, realpathSync, type Stats, statSync } from 'node:fs'
import { dirname, sep } from 'node:path'
import { type Diagnostic, diagnostic } from '../model/diagnostic.ts'
import { unreadable } from './project-scan.ts'
import { systemCode } from './state-error.ts'

/** A file under deploy/ as it lies on disk. `path` is relative to deploy/, `source` absolute. */
export interface ScannedFile {
  readonly path: string
  readonly source: string
  readonly executable: boolean
}

export interface DeployListing {
  /** All files by path; links that stay inside the component count as what they lead to. */
  readonly files: readonly ScannedFile[]
  /** All directories by path, each with a trailing `/`. */
  readonly directories: readonly string[]
  readonly problems: readonly Diagnostic[]
}

/** Lists what is under a deploy directory; nothing where there is none. */
export function listDeployFiles(deployDirectory: string): DeployListing {
  const listing = new Listing(deployDirectory)
  if (statSync(deployDirectory, { throwIfNoEntry: false })?.isDirectory()) listing.walk('', [])
  return listing.sorted()
}

class Listing {
  readonly #root: string
  readonly #files: ScannedFile[] = []
  readonly #directories: string[] = []
  readonly #problems: Diagnostic[] = []
  #component: string | undefined

  constructor(root: string) {
    this.#root = root
  }

  /** Lists a directory; `above` are the real paths of the directories that links have led through. */
  walk(prefix: string, above: readonly string[]): void {
    const directory = `${this.#root}/${prefix}`
    let entries: ReturnType<typeof readEntries>
    try {
      entries = readEntries(directory)
    } catch (error) {
      this.#problems.push(unreadable(directory, error))
      return
    }
    for (const entry of entries) {
      const path = `${prefix}${entry.name}`
      const source = `${this.#root}/${path}`
      if (entry.isDirectory()) this.#enter(`${path}/`, above)
      else if (entry.isFile() || entry.isSymbolicLink()) this.#look(path, source, entry.isSymbolicLink(), above)
      else this.#problems.push(diagnostic('not-a-file', { what: 'a file under deploy/', path: source }))
    }
  }

  sorted(): DeployListing {
    this.#files.sort((a, b) => (a.path < b.path ? -1 : 1))
    return { files: this.#files, directories: this.#directories.sort(), problems: this.#problems }
  }

  #enter(path: string, above: readonly string[]): void {
    this.#directories.push(path)
    this.walk(path, above)
  }

  #look(path: string, source: string, isLink: boolean, above: readonly string[]): void {
    let stat: Stats
    let real = source
    try {
      stat = statSync(source)
      if (isLink) real = realpathSync(source)
    } catch (error) {
      const dangling = isLink && systemCode(error) === 'ENOENT'
      this.#problems.push(
        dangling
          ? diagnostic('unreadable-file', { path: source, reason: 'this symbolic link leads to nothing' })
          : unreadable(source, error),
      )
      return
    }
    if (isLink && !this.#isInside(real)) {
      this.#problems.push(diagnostic('escaping-path', { what: 'a symbolic link under deploy/', path: source }))
    } else if (stat.isDirectory()) {
      // A link to a directory around itself would be walked for ever.
      const around = above.includes(real) || `${realpathSync(dirname(source))}/`.startsWith(`${real}/`)
      if (around) this.#problems.push(diagnostic('unreadable-file', { path: source, reason: 'it leads into itself' }))
      else this.#enter(`${path}/`, [...above, real])
    } else if (stat.isFile()) {
      this.#files.push({ path, source, executable: (stat.mode & 0o111) !== 0 })
    } else {
      this.#problems.push(diagnostic('not-a-file', { what: 'a file under deploy/', path: source }))
    }
  }

  #isInside(real: string): boolean {
    this.#component ??= realpathSync(dirname(this.#root)) + sep
    return real.startsWith(this.#component)
  }
}

const readEntries = (directory: string) => readdirSync(directory, { withFileTypes: true })
