import { readPlanFile, type SavedPlan } from '../config/files/plan-file.ts'
import { readOptional } from '../io/project/project-file.ts'
import { readText } from '../io/scripts/stream-text.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import { err, type Result } from '../model/result.ts'
import { missing } from './project/named-paths.ts'

/** In bytes: a plan of ten thousand services is smaller. */
const LARGEST_PLAN = 64 * 1024 * 1024

/** Reads a plan that was saved, from a file (an absolute path) or from a stream. */
export async function readSavedPlan(
  source: string | AsyncIterable<string | Uint8Array>,
): Promise<Result<SavedPlan, readonly Diagnostic[]>> {
  if (typeof source !== 'string') return readPlanFile({ file: 'standard input', text: await readText(source) })
  const text = readOptional(source, LARGEST_PLAN)
  if (!text.ok) return err([text.error])
  if (text.value === undefined) return err([missing('--plan', source, undefined)])
  return readPlanFile({ file: source, text: text.value })
}
