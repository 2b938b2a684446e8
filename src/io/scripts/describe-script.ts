import { readFileSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type { ScriptRunner } from '../../engine/ports.ts'
import type { JsonValue } from '../../model/json.ts'
import type { Applied } from '../../model/record.ts'
import { PROBE_TIMEOUT_MS } from '../../model/service.ts'

/**
 * Runs a service's describe-script and reads the JSON that it prints. `undefined` where it has none, fails, takes
 * longer than a probe may, or prints something else.
 */
export async function runDescribeScript(
  service: string,
  applied: Applied,
  scripts: ScriptRunner,
): Promise<JsonValue | undefined> {
  const script = applied.scripts.describe
  if (script === undefined) return undefined
  // Beside its configuration: nobody takes it for a step's log there.
  const log = `${dirname(applied.configFile)}/describe-${process.pid}.log`
  try {
    const request = { service, role: 'describe', applied, script, run: applied.version, log } as const
    const end = await scripts.run({ ...request, timeoutMs: PROBE_TIMEOUT_MS })
    return end.kind === 'exited' && end.exitCode === 0 ? parseJson(readFileSync(log, 'utf8')) : undefined
  } finally {
    rmSync(log, { force: true })
  }
}

function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
