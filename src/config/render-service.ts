import type { Diagnostic } from '../model/diagnostic.ts'
import { isError } from '../model/diagnostic.ts'
import type { JsonObject } from '../model/json.ts'
import { isJsonObject } from '../model/json.ts'
import type { DeployFile } from '../model/rendered.ts'
import type { Readiness, Service } from '../model/service.ts'
import { templatesOf } from './deploy-files.ts'
import { evaluateReadiness } from './evaluate-readiness.ts'
import { checkRenderedText } from './rendered-text.ts'
import type { Renderer } from './template/renderer.ts'
import { jsonObject } from './yaml-node.ts'

export type { TemplateContextInput } from './template-context.ts'
export { templateContext } from './template-context.ts'

/** One file of a component's deploy directory as it is on disk. */
export interface DeployFileSource {
  /** Relative to deploy/, `/`-separated. */
  readonly path: string
  readonly executable: boolean
  /** Absolute path. */
  readonly source: string
  /** Its text; needed of templates only. */
  readonly text?: string | undefined
}

export interface RenderServiceInput {
  readonly service: Service
  readonly clusterType: string
  readonly config: JsonObject
  /** What `templateContext` built. */
  readonly context: JsonObject
  readonly renderer: Renderer
  /** Files only, no directories. */
  readonly deployFiles: readonly DeployFileSource[]
}

/** All of a `RenderedService` but its fingerprint. */
export interface ServiceRendering {
  readonly service: Service
  readonly clusterType: string
  readonly config: JsonObject
  /** Sorted by path. */
  readonly files: readonly DeployFile[]
  /** In the order of their names. */
  readonly outputs: Readonly<Record<string, string>>
  readonly readiness: Readiness | undefined
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Renders what a service stages, in memory. Templates become their targets and are not staged themselves; a target is
 * executable when its template is, or when it ends in `.sh`. Templates and readiness see the service's own outputs too.
 */
export function renderService(input: RenderServiceInput): ServiceRendering {
  const { service, clusterType, config, renderer } = input
  const { outputs, diagnostics } = renderOutputs(input)
  const others = input.context.outputs
  const context = {
    ...input.context,
    outputs: jsonObject([...Object.entries(isJsonObject(others) ? others : {}), [service.name, outputs]]),
  }
  const { files, problems } = renderFiles({ ...input, context })
  const ready = service.readiness
    ? evaluateReadiness(service.readiness, (value) => renderer.renderValue(value, context, service.name), service.name)
    : { readiness: undefined, diagnostics: [] }
  return {
    service,
    clusterType,
    config,
    files,
    outputs,
    readiness: ready.readiness,
    diagnostics: [...diagnostics, ...problems, ...ready.diagnostics],
  }
}

function renderOutputs({ service, context, renderer }: RenderServiceInput): {
  outputs: Record<string, string>
  diagnostics: Diagnostic[]
} {
  const diagnostics: Diagnostic[] = []
  const outputs = Object.entries(service.outputs).map(([name, value]) => {
    const rendered = renderer.renderValue(value, context, service.name)
    diagnostics.push(...rendered.diagnostics)
    return [name, rendered.text] as const
  })
  return { outputs: Object.fromEntries(outputs), diagnostics }
}

function renderFiles({ service, context, renderer, deployFiles }: RenderServiceInput): {
  files: DeployFile[]
  problems: Diagnostic[]
} {
  const problems: Diagnostic[] = []
  const paths = deployFiles.map(({ path }) => path)
  const targets = new Map(templatesOf(service, paths).map(({ template, target }) => [template, target]))
  const rendered = new Set(targets.values())
  const files = deployFiles.flatMap(({ path, executable, source, text }): DeployFile[] => {
    const target = targets.get(path)
    // A file that a target would overwrite was reported when the description was checked.
    if (target === undefined) return rendered.has(path) ? [] : [{ path, source, executable }]
    const result = renderer.renderTemplate({ file: source, text: text ?? '', context, service: service.name })
    problems.push(...result.diagnostics)
    if (!result.diagnostics.some(isError)) {
      const input = { target, content: result.text, template: source, service: service.name }
      const invalid = checkRenderedText(input)
      if (invalid !== undefined) problems.push(invalid)
    }
    return [{ path: target, content: result.text, executable: executable || target.endsWith('.sh') }]
  })
  return { files: files.sort((a, b) => (a.path < b.path ? -1 : 1)), problems }
}
