import type { JsonValue } from '../../model/json.ts'
import { readShown } from '../project/project-file.ts'

/** What a JSON file beside a staged copy holds; `undefined` where it cannot be read any more. */
export function readStagedJson(path: string): JsonValue | undefined {
  try {
    return JSON.parse(readShown(path) ?? '')
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
