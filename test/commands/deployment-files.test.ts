import { expect, test } from 'vitest'
import { untilUnmoved } from '../../src/commands/deployment/files.ts'
import { exitCodeOfDiagnostics } from '../../src/model/exit-code.ts'

test('who is always overtaken gives up with a refusal, and has tried long enough', async () => {
  let tried = 0
  const never = await untilUnmoved(async (tries) => {
    expect(tries).toBe(tried)
    tried += 1
    return 'moved'
  }, 0)
  expect(tried).toBe(100)
  expect(never.ok).toBe(false)
  expect(never.ok || [never.error.code, exitCodeOfDiagnostics([never.error])]).toEqual(['deployments-moving', 4])
})

test('who is overtaken often is patient as long as is asked for', async () => {
  const done = await untilUnmoved(async (tries) => (tries < 250 ? 'moved' : { tries }), 60_000)
  expect(done).toEqual({ ok: true, value: { tries: 250 } })
})
