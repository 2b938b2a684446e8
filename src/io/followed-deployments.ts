import { isJsonObject, type JsonValue } from '../model/json.ts'
import type { Applied } from '../model/record.ts'
import type { FollowedDeployment } from '../model/rendered.ts'
import { readShown } from './project-file.ts'

/** What followers see of a deployment as it was last started or refreshed; `undefined` where that cannot be read any more. */
export function readAsApplied(name: string, applied: Applied): FollowedDeployment | undefined {
  const { component, configFile, outputsFile } = applied
  const config = readJson(configFile)
  const outputs = outputsFile === undefined ? applied.outputs : readJson(outputsFile)
  if (!isJsonObject(config) || outputs === undefined) return undefined
  return { name, component, config, outputs: outputs as FollowedDeployment['outputs'] }
}

/** All that a follower saw when it was last started or refreshed; `undefined` where that is not known. */
export function readFollowed({ deploymentsFile }: Applied): readonly FollowedDeployment[] | undefined {
  const read = deploymentsFile === undefined ? undefined : readJson(deploymentsFile)
  return Array.isArray(read) ? (read as unknown as readonly FollowedDeployment[]) : undefined
}

function readJson(path: string): JsonValue | undefined {
  try {
    return JSON.parse(readShown(path) ?? '')
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
