import { posix } from 'node:path'

/**
 * A relative, `/`-separated path without `.` and `..` segments; empty for the directory itself, `undefined` for a path
 * that leaves it or is absolute. A trailing `/` stays.
 */
export function safeRelativePath(path: string): string | undefined {
  if (/^[/\\]|^[A-Za-z]:[/\\]|\0/.test(path)) return undefined
  // A backslash is a separator to some and part of a name to others: to neither may it hide a `..`.
  if (path.includes('\\') && path.split(/[/\\]/).includes('..')) return undefined
  const normal = posix.normalize(path)
  if (normal === '..' || normal.startsWith('../')) return undefined
  return normal === '.' || normal === './' ? '' : normal
}
