import type { Diagnostic } from '../model/diagnostic.ts'
import type { JsonObject, JsonValue } from '../model/json.ts'
import type { Span } from '../model/span.ts'
import type { YamlNode } from './yaml-node.ts'

/** A file that was read: its absolute path and its text. */
export interface TextFile {
  readonly file: string
  readonly text: string
}

/** What a component's `config/<name>.mjs` exports, already imported. */
export interface ConfigModule {
  /** Absolute path. */
  readonly file: string
  readonly derive?: (config: unknown, view: { layout: JsonValue; cluster_cfg: JsonObject }) => unknown
  readonly check?: (clusterCfg: JsonObject) => unknown
}

export interface ComponentConfiguration {
  readonly name: string
  readonly defaults?: TextFile | undefined
  readonly schema?: TextFile | undefined
  readonly module?: ConfigModule | undefined
  /** Names of its direct prerequisites. */
  readonly prerequisites: readonly string[]
}

export interface ConfigurationInput {
  readonly layout?: TextFile | undefined
  readonly servicesConfiguration?: TextFile | undefined
  /** A safe name: the cluster-id where none is given. */
  readonly projectName: string
  /** Prerequisites before their dependents. */
  readonly components: readonly ComponentConfiguration[]
}

export interface ResolvedSection {
  readonly config: JsonObject
  /** The same values with the places that supplied them. */
  readonly tree: YamlNode
}

export interface Configuration {
  /** `cluster`, `layout`, and the resolved section of every service. */
  readonly clusterCfg: JsonObject
  /** By service name. */
  readonly sections: ReadonlyMap<string, ResolvedSection>
  /** An empty map where there is no layout.yaml. */
  readonly layout: JsonValue
  readonly clusterId: string
  /** Where services-configuration.yaml gives it. */
  readonly clusterIdSpan?: Span
  /** The project's name is used, because no cluster-id is given. */
  readonly clusterIdDefaulted: boolean
  readonly clusterType: string
  readonly diagnostics: readonly Diagnostic[]
}

/** Resolves the configuration of a whole project; all problems at once. */
export async function resolveConfiguration(_input: ConfigurationInput): Promise<Configuration> {
  throw new Error('not written yet')
}
