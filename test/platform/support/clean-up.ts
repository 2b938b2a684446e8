import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { load } from './load.ts'

/** A directory that is gone after the test. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'platform-')))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

const { closeGracefully } = await load('components/cluster-configuration/lib/listeners.mjs')

interface App {
  listen(address: { host: string; port: number }): Promise<string>
}

/** Has a server listen on a free port until the end of the test; resolves to its URL. */
export async function listening(app: App): Promise<string> {
  onTestFinished(async () => {
    await closeGracefully(app)
  })
  return app.listen({ host: '127.0.0.1', port: 0 })
}
