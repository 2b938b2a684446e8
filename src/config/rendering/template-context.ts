import type { JsonObject, JsonValue } from '../../model/json.ts'
import type { FollowedDeployment } from '../../model/rendered.ts'
import type { Service } from '../../model/service.ts'
import { jsonObject } from '../yaml/yaml-node.ts'

export interface TemplateContextInput {
  readonly clusterCfg: JsonObject
  readonly layout: JsonValue
  readonly service: Pick<Service, 'name' | 'component' | 'follows'>
  /** The service's own section. */
  readonly config: JsonObject
  /** Absolute. */
  readonly dataDirectory: string
  /** Absolute. */
  readonly runDirectory: string
  /** The outputs of other services, by service name. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Those that the service follows; who follows none does not have the name. */
  readonly deployments?: readonly FollowedDeployment[] | undefined
  /** What `environmentOf` made: once for all services. */
  readonly env: JsonObject
}

/** What the templates of a service see. */
export function templateContext(input: TemplateContextInput): JsonObject {
  const { clusterCfg, layout, service, config, dataDirectory, runDirectory, outputs, deployments = [], env } = input
  return {
    cluster_cfg: clusterCfg,
    config,
    service: {
      name: service.name,
      component: service.component,
      data_dir: dataDirectory,
      run_dir: runDirectory,
    },
    layout,
    outputs,
    ...(service.follows.length > 0 && { deployments: deployments.map(asJson) }),
    env,
  }
}

/** The environment as templates see it. */
export function environmentOf(env: Readonly<Record<string, string | undefined>>): JsonObject {
  return jsonObject(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined))
}

const asJson = ({ name, component, config, outputs }: FollowedDeployment): JsonObject => ({
  name,
  component,
  config,
  outputs,
})
