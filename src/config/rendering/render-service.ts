import { append } from '../../model/append.ts'
import type { Diagnostic } from '../../model/diagnostic.ts'
import { isError } from '../../model/diagnostic.ts'
import type { JsonObject } from '../../model/json.ts'
import { isJsonObject } from '../../model/json.ts'
import type { DeployFile } from '../../model/rendered.ts'
import type { Secrets } from '../../model/secrets.ts'
import type { Readiness, Service } from '../../model/service.ts'
import { templatesOf } from '../files/deploy-files.ts'
import type { Renderer } from '../template/renderer.ts'
import type { ContextNotes } from '../template/supplier.ts'
import { NO_NOTES, withMaps } from '../template/supplier.ts'
import { jsonObject } from '../yaml/yaml-node.ts'
import { evaluateReadiness } from './evaluate-readiness.ts'
import { checkRenderedText, isChecked } from './rendered-text.ts'
import { checkShellValues, isShellScript } from './shell-values.ts'

export type { TemplateContextInput } from './template-context.ts'
export { environmentOf, templateContext } from './template-context.ts'

/** One file of a component's deploy directory as it is on disk. */
export interface DeployFileSource {
  /** Relative to deploy/, `/`-separated. */
  readonly path: string
  readonly executable: boolean
  /** Absolute path. */
  readonly source: string
  /** Its text; needed of templates only, and absent for one that cannot be read. */
  readonly text?: string | undefined
}

export interface RenderServiceInput {
  readonly service: Service
  readonly clusterType: string
  readonly config: JsonObject
  /** What `templateContext` built. */
  readonly context: JsonObject
  /** What is known of the context; without it, that all of it could be read. */
  readonly notes?: ContextNotes
  readonly renderer: Renderer
  /** Files only, no directories. */
  readonly deployFiles: readonly DeployFileSource[]
  /** The text of service.yaml, for places in what is rendered of it. */
  readonly description?: string | undefined
  /** What must not be shown; none without it. */
  readonly secrets?: Secrets | undefined
}

/** All of a `RenderedService` but its fingerprint. */
export interface ServiceRendering {
  readonly service: Service
  readonly clusterType: string
  readonly config: JsonObject
  /** Sorted by path. */
  readonly files: readonly DeployFile[]
  /** In the order of their names; those that could not be rendered are left out. */
  readonly outputs: Readonly<Record<string, string>>
  /** All declared outputs could be rendered. */
  readonly hasAllOutputs: boolean
  /** Nothing is lacking; without diagnostics something still may be, where the context is incomplete. */
  readonly isComplete: boolean
  readonly readiness: Readiness | undefined
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Renders what a service stages, in memory. Templates become their targets and are not staged themselves; a target is
 * executable when its template is, or when it ends in `.sh`. Templates and readiness see the service's own outputs too.
 */
export function renderService(input: RenderServiceInput): ServiceRendering {
  const { service, clusterType, config, renderer, description: fileText, secrets } = input
  const { outputs, hasAllOutputs, diagnostics } = renderOutputs(input)
  const { notes = NO_NOTES } = input
  const others = input.context.outputs
  const own = jsonObject(Object.entries(outputs))
  const all = jsonObject([...Object.entries(isJsonObject(others) ? others : {}), [service.name, own]])
  const context = { ...input.context, outputs: all }
  const gaps = [...(hasAllOutputs ? [] : [own]), ...(notes.incomplete.has(others) ? [all] : [])]
  const inner = {
    ...input,
    context,
    notes: { ...notes, incomplete: withMaps(notes.incomplete, gaps) },
  }
  const { files, problems, isComplete } = renderFiles(inner)
  const ready = service.readiness
    ? evaluateReadiness(
        service.readiness,
        (value) => renderer.renderValue({ value, context, notes: inner.notes, service: service.name, fileText }),
        service.name,
        secrets,
      )
    : { readiness: undefined, isComplete: true, diagnostics: [] }
  return {
    service,
    clusterType,
    config,
    files,
    outputs,
    hasAllOutputs,
    isComplete: hasAllOutputs && isComplete && ready.isComplete,
    readiness: ready.readiness,
    diagnostics: [...diagnostics, ...problems, ...ready.diagnostics],
  }
}

function renderOutputs({ service, context, notes, renderer, description: fileText }: RenderServiceInput): {
  outputs: Record<string, string>
  hasAllOutputs: boolean
  diagnostics: Diagnostic[]
} {
  const diagnostics: Diagnostic[] = []
  const declared = Object.entries(service.outputs)
  const outputs = declared.flatMap(([name, value]) => {
    const rendered = renderer.renderValue({ value, context, notes, service: service.name, fileText })
    append(diagnostics, rendered.diagnostics)
    return rendered.isComplete ? [[name, rendered.text] as const] : []
  })
  return { outputs: Object.fromEntries(outputs), hasAllOutputs: outputs.length === declared.length, diagnostics }
}

function renderFiles(input: RenderServiceInput): {
  files: DeployFile[]
  problems: Diagnostic[]
  isComplete: boolean
} {
  let isComplete = true
  const { service, deployFiles } = input
  const problems: Diagnostic[] = []
  const paths = deployFiles.map(({ path }) => path)
  const targets = new Map(templatesOf(service, paths).map(({ template, target }) => [template, target]))
  const rendered = new Set(targets.values())
  const files = deployFiles.flatMap((file): DeployFile[] => {
    const { path, executable, source } = file
    const target = targets.get(path)
    // A file that a target would overwrite was reported when the description was checked.
    if (target === undefined) return rendered.has(path) ? [] : [{ path, source, executable }]
    const { text, diagnostics, isComplete: isWhole } = renderFile(input, file, target)
    append(problems, diagnostics)
    if (!isWhole) isComplete = false
    return [{ path: target, content: text, executable: executable || target.endsWith('.sh') }]
  })
  return { files: files.sort((a, b) => (a.path < b.path ? -1 : 1)), problems, isComplete }
}

/** Renders one template and checks what came out of it, if all of it did. */
function renderFile(
  { service, context, notes, renderer, secrets }: RenderServiceInput,
  { source: file, text }: DeployFileSource,
  target: string,
): { text: string; diagnostics: readonly Diagnostic[]; isComplete: boolean } {
  // That it could not be read was said.
  if (text === undefined) return { text: '', diagnostics: [], isComplete: false }
  const scripts = Object.values(service.scripts).map((script) => script.value)
  const isShell = isShellScript(target, text, scripts.includes(target))
  const isTraced = isShell || isChecked(target)
  const result = renderer.renderTemplate({ file, text, context, notes, service: service.name, isTraced })
  if (result.diagnostics.some(isError)) return result
  const input = { target, content: result.text, trace: result.trace, service: service.name }
  const values = isShell ? checkShellValues({ ...input, secrets }) : []
  const { isComplete } = result
  const invalid = isComplete ? checkRenderedText(input) : undefined
  return { text: result.text, diagnostics: [...values, ...(invalid ? [invalid] : [])], isComplete }
}
