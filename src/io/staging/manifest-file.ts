import type { JsonValue } from '../../model/json.ts'
import { isJsonObject } from '../../model/json.ts'
import type { Manifest } from '../../model/manifest.ts'
import type { Applied } from '../../model/record.ts'
import { writePrivate } from '../state/atomic-file.ts'
import { readStagedJson } from '../state/staged-json.ts'

/** The version of the form of manifests. One of a newer version is as good as none: it only explains. */
const VERSION = 1

/** Writes the manifest of a staged version; nobody looks for it before its record names it. */
export function writeManifest(path: string, manifest: Manifest): void {
  writePrivate(path, `${JSON.stringify({ v: VERSION, ...manifest })}\n`)
}

/** What a service was last staged with: its manifest, and its configuration with the secrets in it. */
export function readStaged({ manifestFile, configFile }: Pick<Applied, 'manifestFile' | 'configFile'>): {
  readonly manifest: Manifest | undefined
  readonly config: JsonValue | undefined
} {
  const manifest = manifestFile ? readStagedJson(manifestFile) : undefined
  return { manifest: isManifest(manifest) ? manifest : undefined, config: readStagedJson(configFile) }
}

const isManifest = (value: unknown): value is Manifest =>
  isJsonObject(value as JsonValue) &&
  (value as { v?: unknown }).v === VERSION &&
  Array.isArray((value as { files?: unknown }).files) &&
  Array.isArray((value as { inputs?: unknown }).inputs)
