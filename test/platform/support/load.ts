import { fileURLToPath } from 'node:url'

/** The repository's root. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/** Imports a component's module; they are plain JavaScript, so what they export has no types here. */
export async function load(path: string) {
  return import(new URL(path, `file://${ROOT}`).href)
}
