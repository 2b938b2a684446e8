import { Console } from 'node:console'
import { Writable } from 'node:stream'
import type { World } from './world.ts'

/**
 * What a project's configuration modules print to: standard error, since standard output is paictl's own, with secrets
 * masked like everywhere.
 */
export function createMaskedConsole({ stderr, secrets }: Pick<World, 'stderr' | 'secrets'>): Console {
  const masked = new Writable({
    decodeStrings: false,
    write(chunk: unknown, _encoding, done) {
      stderr.write(secrets.mask(String(chunk)))
      done()
    },
  })
  return new Console(masked, masked)
}
