import { isJsonObject } from '../../model/json.ts'
import type { Applied } from '../../model/record.ts'
import type { FollowedDeployment } from '../../model/rendered.ts'
import { readStagedJson } from '../state/staged-json.ts'

/** What followers see of a deployment as it was last started or refreshed; `undefined` where that cannot be read any more. */
export function readAsApplied(name: string, applied: Applied): FollowedDeployment | undefined {
  const { component, configFile, outputsFile } = applied
  const config = readStagedJson(configFile)
  const outputs = outputsFile === undefined ? applied.outputs : readStagedJson(outputsFile)
  if (!isJsonObject(config) || outputs === undefined) return undefined
  return { name, component, config, outputs: outputs as FollowedDeployment['outputs'] }
}

/** All that a follower saw when it was last started or refreshed; `undefined` where that is not known. */
export function readFollowed({ deploymentsFile }: Applied): readonly FollowedDeployment[] | undefined {
  const read = deploymentsFile === undefined ? undefined : readStagedJson(deploymentsFile)
  return Array.isArray(read) ? (read as unknown as readonly FollowedDeployment[]) : undefined
}
