import { lstatSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts'
import { startOfFile } from '../../model/span.ts'
import { isAbsent, systemCode } from '../state/state-error.ts'
import { escapingLink, insideOf } from './escaping-link.ts'
import { danglingLink, type FileKind, kindOf, unreadable, unreadableBecause } from './project-file.ts'

/** A file under deploy/ as it lies on disk. `path` is relative to deploy/, `source` absolute. */
export interface ScannedFile {
  readonly path: string
  readonly source: string
  readonly executable: boolean
  /** In bytes, when it was listed. */
  readonly size: number
}

export interface DeployListing {
  /** All files by path; links that stay inside the component count as what they lead to. */
  readonly files: readonly ScannedFile[]
  /** All directories by path, each with a trailing `/`. */
  readonly directories: readonly string[]
  readonly problems: readonly Diagnostic[]
  /** The paths of what is there and was refused; what is below them was not looked at. Empty for all of deploy/. */
  readonly refused: readonly string[]
}

/** Lists what is under a deploy directory; nothing where there is none. */
export function listDeployFiles(deployDirectory: string): DeployListing {
  const listing = new Listing(deployDirectory)
  listing.list()
  return listing.sorted()
}

/** Links to directories that hold links to directories make a few files look like any number of them. */
const ENTRY_LIMIT = 5000

const WHAT = 'a file under deploy/'

class Listing {
  readonly #root: string
  readonly #isInside: (real: string) => boolean
  readonly #files: ScannedFile[] = []
  readonly #directories: string[] = []
  readonly #problems: Diagnostic[] = []
  readonly #refused: string[] = []
  /** Those that two links or more have led to. */
  #entries = 0
  #stopped = false

  constructor(root: string) {
    this.#root = root
    this.#isInside = insideOf(dirname(root))
  }

  list(): void {
    try {
      const isLink = lstatSync(this.#root).isSymbolicLink()
      if (isLink && !this.#isInside(realpathSync.native(this.#root))) {
        this.#refuse('', escapingLink('the directory deploy/', this.#root))
      } else if (statSync(this.#root).isDirectory()) this.#walk('', [])
    } catch (error) {
      if (!isAbsent(error)) this.#refuse('', unreadable(this.#root, error))
    }
  }

  /** Lists a directory; `above` are the real paths of the directories that links have led through. */
  #walk(prefix: string, above: readonly string[]): void {
    const directory = `${this.#root}/${prefix}`
    let entries: ReturnType<typeof readEntries>
    try {
      entries = readEntries(directory)
    } catch (error) {
      this.#refuse(prefix, unreadable(directory, error))
      return
    }
    for (const entry of entries) {
      if (above.length > 1) this.#entries += 1
      if (this.#entries > ENTRY_LIMIT) {
        this.#stop()
        return
      }
      const path = `${prefix}${entry.name}`
      const source = `${this.#root}/${path}`
      if (entry.isDirectory()) this.#enter(`${path}/`, above)
      else if (entry.isFile() || entry.isSymbolicLink()) this.#look(path, source, entry.isSymbolicLink(), above)
      else this.#refuse(path, notAFile(source, entry))
    }
  }

  sorted(): DeployListing {
    this.#files.sort((a, b) => (a.path < b.path ? -1 : 1))
    return {
      files: this.#files,
      directories: this.#directories.sort(),
      problems: this.#problems,
      refused: this.#refused,
    }
  }

  #enter(path: string, above: readonly string[]): void {
    this.#directories.push(path)
    this.#walk(path, above)
  }

  #look(path: string, source: string, isLink: boolean, above: readonly string[]): void {
    let stat: Stats
    let real = source
    try {
      stat = statSync(source)
      if (isLink) real = realpathSync.native(source)
    } catch (error) {
      const dangling = isLink && systemCode(error) === 'ENOENT'
      this.#refuse(path, dangling ? danglingLink(source) : unreadable(source, error))
      return
    }
    if (isLink && !this.#isInside(real)) {
      this.#refuse(path, escapingLink(WHAT, source))
    } else if (stat.isDirectory()) {
      // A link to a directory around itself would be walked for ever.
      const around = above.includes(real) || `${realpathSync.native(dirname(source))}/`.startsWith(`${real}/`)
      if (around) this.#refuse(path, unreadableBecause(source, 'it leads into itself'))
      else this.#enter(`${path}/`, [...above, real])
    } else if (stat.isFile()) {
      this.#files.push({ path, source, executable: (stat.mode & 0o111) !== 0, size: stat.size })
    } else this.#refuse(path, notAFile(source, stat))
  }

  #refuse(path: string, problem: Diagnostic): void {
    this.#refused.push(path)
    this.#problems.push(problem)
  }

  /** Says once that there is too much, however many directories are still being walked. */
  #stop(): void {
    if (this.#stopped) return
    this.#stopped = true
    const reason = `links in it that lead to further links multiply to more than ${ENTRY_LIMIT} files`
    this.#refuse('', unreadableBecause(this.#root, reason))
  }
}

const notAFile = (path: string, entry: FileKind): Diagnostic =>
  diagnostic('not-a-file', { what: WHAT, path, found: kindOf(entry) }, { span: startOfFile(path) })

const readEntries = (directory: string) => readdirSync(directory, { withFileTypes: true })
