import { isUtf8 } from 'node:buffer'
import { readFileSync, statSync } from 'node:fs'
import { basename, dirname, relative, resolve } from 'node:path'
import { ASSIGNMENTS } from '../../config/cluster/assignment.ts'
import type { ReadReference, Unresolved } from '../../config/cluster/references.ts'
import { nearest } from '../../config/nearest.ts'
import { err, ok, type Result } from '../../model/result.ts'
import type { Secrets } from '../../model/secrets.ts'
import { plainReason } from '../state/state-error.ts'
import { namesIn } from './project-file.ts'

export interface ReferenceSources {
  readonly env: Readonly<Record<string, string | undefined>>
  /** What paths count from that were given on the command line. */
  readonly cwd: string
}

/** In bytes. What is larger was hardly meant as a secret. */
const SIZE_LIMIT = 64 * 1024

/**
 * Reads `${env:…}` from an environment and `${file:…}` from disk, each once; `secrets` learns what was read. One line
 * end at the end is not part of it.
 */
export function createReferenceReader({ env, cwd }: ReferenceSources, secrets: Secrets): ReadReference {
  const files = new Map<string, Result<string, Unresolved>>()
  const read: ReadReference = ({ kind, name, from }) => {
    if (kind === 'env') {
      const value = Object.hasOwn(env, name) ? env[name] : undefined
      if (value !== undefined) return ok(value)
      return err({ reason: `the environment variable ${name} is not set`, nearest: nearest(name, Object.keys(env)) })
    }
    const path = resolve(from === ASSIGNMENTS ? cwd : dirname(from), name)
    const known = files.get(path) ?? readSecretFile(path, shownFrom(cwd, path))
    files.set(path, known)
    return known
  }
  return (reference) => {
    const found = read(reference)
    if (found.ok) secrets.add([found.value])
    return found
  }
}

/** Relative to where the command was called, as people see paths, unless that is longer. */
function shownFrom(cwd: string, path: string): string {
  const near = relative(cwd, path)
  return near.length < path.length ? near : path
}

function readSecretFile(path: string, shown: string): Result<string, Unresolved> {
  try {
    const stat = statSync(path)
    // A pipe would be waited for, and can be read once only.
    if (!stat.isFile()) return err({ reason: `${shown} is not a regular file`, nearest: null })
    if (stat.size > SIZE_LIMIT)
      return err({ reason: `${shown} is larger than ${SIZE_LIMIT / 1024} KiB`, nearest: null })
    const bytes = readFileSync(path)
    if (!isUtf8(bytes) || bytes.includes(0)) return err({ reason: `${shown} holds no text in UTF-8`, nearest: null })
    return ok(bytes.toString('utf8').replace(/\r?\n$/, ''))
  } catch (error) {
    return err({ reason: `${shown}: ${plainReason(error)}`, nearest: nearest(basename(path), namesIn(dirname(path))) })
  }
}
