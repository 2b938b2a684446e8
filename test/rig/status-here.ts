import { runCommandLine } from '../../src/cli/command-line.ts'
import type { Surroundings } from '../../src/cli/world.ts'
import type { Arena } from './arena.ts'

/** What `service status --output json` says, by name; in this process, which costs a tenth of starting one. */
export async function statusHere(arena: Arena): Promise<ReadonlyMap<string, string>> {
  let stdout = ''
  let stderr = ''
  const argv = ['service', 'status', '--output', 'json']
  const surroundings: Surroundings = {
    version: '0',
    cwd: arena.root,
    env: arena.env(),
    argv,
    stdin: process.stdin,
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text: string) => (stderr += text) } as unknown as Surroundings['stderr'],
    onSignal: () => () => {},
    onStray: () => {},
  }
  const { console } = globalThis
  try {
    await runCommandLine(argv, surroundings)
  } finally {
    globalThis.console = console
  }
  if (stdout === '') throw new Error(`no status: ${stderr}`)
  return statesOf(stdout)
}

/** The states in the document that `service status --output json` prints, by name. */
export function statesOf(document: string): ReadonlyMap<string, string> {
  const { services } = JSON.parse(document) as { services: { name: string; state: string }[] }
  return new Map(services.map(({ name, state }) => [name, state]))
}
