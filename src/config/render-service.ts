import type { Diagnostic } from '../model/diagnostic.ts'
import type { JsonObject, JsonValue } from '../model/json.ts'
import type { DeployFile } from '../model/rendered.ts'
import type { Readiness, Service } from '../model/service.ts'
import type { Renderer } from './template/renderer.ts'

/** One file of a component's deploy directory as it is on disk. */
export interface DeployFileSource {
  /** Relative to deploy/, `/`-separated. */
  readonly path: string
  readonly executable: boolean
  /** Absolute path. */
  readonly source: string
  /** Its text; needed of templates only. */
  readonly text?: string
}

export interface RenderServiceInput {
  readonly service: Service
  readonly clusterType: string
  readonly config: JsonObject
  readonly context: JsonObject
  readonly renderer: Renderer
  readonly deployFiles: readonly DeployFileSource[]
}

export interface ServiceRendering {
  /** Sorted by path. */
  readonly files: readonly DeployFile[]
  readonly outputs: Readonly<Record<string, string>>
  readonly readiness: Readiness | undefined
  readonly diagnostics: readonly Diagnostic[]
}

/** Renders what a service stages, in memory. Templates become their targets and are not staged themselves. */
export function renderService(_input: RenderServiceInput): ServiceRendering {
  throw new Error('not written yet')
}

export interface TemplateContextInput {
  readonly clusterCfg: JsonObject
  readonly layout: JsonValue
  readonly service: Service
  readonly config: JsonObject
  /** Absolute. */
  readonly dataDirectory: string
  readonly runDirectory: string
  /** The outputs of other services, by service name. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly env: Readonly<Record<string, string | undefined>>
}

/** What the templates of a service see. */
export function templateContext(_input: TemplateContextInput): JsonObject {
  throw new Error('not written yet')
}
