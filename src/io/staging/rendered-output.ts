import { chmodSync, copyFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { RenderedService } from '../../model/rendered.ts'
import { makeDirectory } from '../state/atomic-file.ts'
import { guarded } from '../state/state-error.ts'

/** Writes rendered deploy directories as `<directory>/<service>/…`, for people and other programs to read. */
export function writeRendered(directory: string, services: readonly RenderedService[]): void {
  guarded(directory, () => {
    for (const { service, files } of services) {
      for (const file of files) {
        const path = join(directory, service.name, file.path)
        makeDirectory(dirname(path))
        if ('content' in file) writeFileSync(path, file.content, { mode: 0o600 })
        else copyFileSync(file.source, path)
        chmodSync(path, file.executable ? 0o700 : 0o600)
      }
    }
  })
}
