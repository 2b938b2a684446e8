import { lstatSync, readlinkSync, realpathSync } from 'node:fs'
import { sep } from 'node:path'
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts'
import { startOfFile } from '../../model/span.ts'

/** Whether real paths lie in a directory, which may itself be reached by a link. */
export function insideOf(directory: string): (real: string) => boolean {
  let root: string | undefined
  return (real) => {
    root ??= realpathSync.native(directory) + sep
    return real.startsWith(root)
  }
}

/** `escaping-link` for a link that leads out of its component; `what` says what the link is taken for. */
export function escapingLink(what: string, path: string): Diagnostic {
  return diagnostic('escaping-link', { what, path, target: readlinkSync(path) }, { span: startOfFile(path) })
}

/**
 * `escaping-link` where a path below a component, or a directory on the way to it, is a link that leads out of the
 * component. Throws the file system's errors, as for a file that is not there.
 */
export function checkLinks(what: string, component: string, path: string): Diagnostic | undefined {
  const isInside = insideOf(component)
  let reached = component
  for (const segment of path.split('/')) {
    reached = `${reached}/${segment}`
    if (lstatSync(reached).isSymbolicLink() && !isInside(realpathSync.native(reached))) {
      return escapingLink(what, reached)
    }
  }
  return undefined
}
