import type { Change, ChangeKind, ValueChange } from '../model/change.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../model/json.ts'
import type { Manifest, ManifestFile } from '../model/manifest.ts'
import { canonicalJson } from './fingerprint.ts'

/** What a service was staged with, or would be; `undefined` what is not known of it. */
export interface Staged {
  readonly manifest: Manifest | undefined
  readonly config: JsonValue | undefined
}

/**
 * What is otherwise in `after` than in `before`: the description first, then values, files and inputs, by path. Empty where
 * too little is known of `before`.
 * @param service the name of its section
 */
export function changesBetween(service: string, before: Staged, after: Staged): Change[] {
  const changes: Change[] = []
  const { manifest: was } = before
  const { manifest: is } = after
  const isDescribedOtherwise = was !== undefined && is !== undefined && was.description !== is.description
  if (isDescribedOtherwise) changes.push({ kind: 'description' })
  if (before.config !== undefined) changes.push(...valueChanges(service, before.config, after.config))
  if (was === undefined || is === undefined) return changes
  // The description is one of the files, too.
  const files = fileChanges(was.files, is.files).filter(([path]) => !(isDescribedOtherwise && path === 'service.yaml'))
  changes.push(...files.map(([path, how]) => ({ kind: 'file', path, how }) as const))
  changes.push(...hashChanges(was.inputs, is.inputs).map(([path, how]) => ({ kind: 'input', path, how }) as const))
  return changes
}

/** Maps are compared key by key, all else as a whole. */
function valueChanges(path: string, from: JsonValue | undefined, to: JsonValue | undefined): ValueChange[] {
  if (isJsonObject(from) && isJsonObject(to)) {
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort()
    return keys.flatMap((key) => valueChanges(`${path}.${key}`, own(from, key), own(to, key)))
  }
  if (isSameValue(from, to)) return []
  const sides = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) }
  return [{ kind: 'value', path, ...sides, takenBack: null }]
}

/** Whether two values are the same, whatever the order of their keys; `undefined` is none. */
export const isSameValue = (a: JsonValue | undefined, b: JsonValue | undefined): boolean =>
  a === undefined || b === undefined ? a === b : canonicalJson(a) === canonicalJson(b)

const own = (map: JsonObject, key: string): JsonValue | undefined => (Object.hasOwn(map, key) ? map[key] : undefined)

function fileChanges(
  before: readonly ManifestFile[],
  after: readonly ManifestFile[],
): (readonly [path: string, how: ChangeKind | 'mode'])[] {
  const modes = new Map(before.map(({ path, executable }) => [path, executable]))
  const hashes = hashChanges(before, after)
  const other = new Set(hashes.map(([path]) => path))
  const modeOnly = after.filter(({ path, executable }) => !other.has(path) && modes.get(path) !== executable)
  return [...hashes, ...modeOnly.map(({ path }) => [path, 'mode'] as const)].sort(([a], [b]) => (a < b ? -1 : 1))
}

function hashChanges(
  before: readonly { readonly path: string; readonly sha256: string }[],
  after: readonly { readonly path: string; readonly sha256: string }[],
): (readonly [path: string, how: ChangeKind])[] {
  const was = new Map(before.map(({ path, sha256 }) => [path, sha256]))
  const is = new Map(after.map(({ path, sha256 }) => [path, sha256]))
  return [...new Set([...was.keys(), ...is.keys()])].sort().flatMap((path) => {
    const [from, to] = [was.get(path), is.get(path)]
    if (from === to) return []
    return [[path, from === undefined ? 'added' : to === undefined ? 'removed' : 'changed'] as const]
  })
}
