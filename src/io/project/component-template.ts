import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeOrdinaryDirectory } from '../state/atomic-file.ts'
import { guarded } from '../state/state-error.ts'

/** What stands for a value in the names and texts of a template's files: `__NAME__`, `__PORT__`. */
export type Placeholders = Readonly<Record<string, string>>

/** The templates that come with paictl: directories whose files are laid down with their placeholders filled in. */
const TEMPLATES = fileURLToPath(new URL('../templates', import.meta.url))

/** The names of the component templates, sorted. */
export function componentTemplates(): string[] {
  return readdirSync(TEMPLATES, { withFileTypes: true })
    .filter((entry) => existsSync(join(TEMPLATES, entry.name, 'deploy', 'service.yaml')))
    .map((entry) => entry.name)
    .sort()
}

/**
 * Lays down a template's files in `directory`. Files that are there already are left as they are.
 * @returns the paths of the files written, relative to `directory`, sorted
 */
export function layDown(template: string, directory: string, placeholders: Placeholders): string[] {
  return guarded(directory, () => {
    const source = join(TEMPLATES, template)
    const written: string[] = []
    for (const path of filesIn(source)) {
      const target = fill(path, placeholders)
      const file = join(directory, target)
      if (existsSync(file)) continue
      makeOrdinaryDirectory(dirname(file))
      writeFileSync(file, fill(readFileSync(join(source, path), 'utf8'), placeholders), { flag: 'wx' })
      // npm keeps no modes but this one.
      if (statSync(join(source, path)).mode & 0o100) chmodSync(file, 0o755)
      written.push(target)
    }
    return written.sort()
  })
}

function filesIn(directory: string, prefix = ''): string[] {
  return readdirSync(join(directory, prefix), { withFileTypes: true }).flatMap((entry) => {
    const path = join(prefix, entry.name)
    return entry.isDirectory() ? filesIn(directory, path) : [path]
  })
}

/** `__DOT__` is a leading dot: npm leaves files such as .gitignore out of packages. */
function fill(text: string, placeholders: Placeholders): string {
  return text.replace(/__([A-Z]+)__/g, (whole, name: string) => (name === 'DOT' ? '.' : (placeholders[name] ?? whole)))
}

/** Whether something is in a directory. */
export function isOccupied(directory: string): boolean {
  return guarded(directory, () => existsSync(directory) && readdirSync(directory).length > 0)
}
