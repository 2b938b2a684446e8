import type { Diagnostic } from '../../model/diagnostic.ts'
import { diagnostic } from '../../model/diagnostic.ts'
import type { JsonObject, JsonValue } from '../../model/json.ts'
import { isJsonObject } from '../../model/json.ts'
import type { Result } from '../../model/result.ts'
import { err, ok } from '../../model/result.ts'
import type { Span } from '../../model/span.ts'
import { startOfFile } from '../../model/span.ts'
import { type Deadline, noDeadline } from '../deadline.ts'
import { toPlainJson } from './plain-json.ts'
import { thrownText } from './thrown-text.ts'

/** In milliseconds: how long a module may take over each thing that it is asked. */
export const MODULE_TIMEOUT_MS = 5000
/** What is said of one that takes longer. */
export const MODULE_LATE = `it was not done after ${MODULE_TIMEOUT_MS / 1000} s`

/** What a component's `config/<name>.mjs` exports, already imported. */
export interface ConfigModule {
  /** Absolute path. */
  readonly file: string
  /** Where it exports its functions: what is said of one of them as a whole points there. */
  readonly places?: Readonly<Partial<Record<'derive' | 'check', Span>>> | undefined
  /** Changes the configuration that it is given, or returns another one. May be asynchronous. */
  readonly derive?: ((config: unknown, view: DeriveView) => unknown) | undefined
  /** Says what is wrong: nothing, one or many of `'message'` and `{path: 'a.b', message}`. May be asynchronous. */
  readonly check?: ((clusterCfg: JsonObject, view: { readonly service: ModuleService }) => unknown) | undefined
  /** What it returns is read under it, since that may be code, too: getters, proxies. */
  readonly deadline?: Deadline | undefined
}

/** The service that a module is asked about: of a component with deployments, one of these. */
export interface ModuleService {
  readonly name: string
  readonly component: string
}

/** What `derive` may look at. */
export interface DeriveView {
  readonly layout: JsonValue
  readonly cluster_cfg: JsonObject
  readonly service: ModuleService
}

/** Something that a check found wrong. `path` is dotted; empty where it gave none. */
export interface CheckFailure {
  readonly path: string
  readonly message: string
}

/** Runs `derive` on a copy of `config`. Problems: `module-failed`. */
export async function runDerive(
  module: ConfigModule,
  config: JsonObject,
  view: DeriveView,
  service: string,
): Promise<Result<JsonObject, Diagnostic>> {
  const doing = 'derive'
  const given = structuredClone(config)
  let plain: Result<JsonValue, string>
  try {
    const returned = await module.derive?.(given, view)
    plain = inTime(module, () => toPlainJson(returned === undefined ? given : returned))
  } catch (error) {
    return err(thrown(error, module, doing, service))
  }
  if (plain.ok && isJsonObject(plain.value)) return ok(plain.value)
  const message = `what it returns is no configuration: ${plain.ok ? 'it is not a map' : plain.error}`
  return err(failed(message, placeOf(module, doing), doing, service))
}

/** Runs `check`. Problems: `module-failed`; what it finds wrong is its value. */
export async function runCheck(
  module: ConfigModule,
  clusterCfg: JsonObject,
  asked: ModuleService,
): Promise<Result<CheckFailure[], Diagnostic>> {
  const doing = 'check'
  const service = asked.name
  let failures: readonly (CheckFailure | null | undefined)[]
  let isList = false
  try {
    const returned = await module.check?.(clusterCfg, { service: asked })
    isList = Array.isArray(returned)
    failures = inTime(module, () => readFailures(returned))
  } catch (error) {
    return err(thrown(error, module, doing, service))
  }
  const bad = failures.indexOf(undefined)
  if (bad < 0) return ok(failures.flatMap((failure) => failure ?? []))
  const message = isList
    ? `item ${bad + 1} of what it returns is neither nothing, nor a text, nor {path, message}`
    : 'what it returns is neither nothing, nor a text, nor {path, message}, nor a list of those'
  return err(failed(message, placeOf(module, doing), doing, service))
}

/** Reads what a module returned; throws where that takes too long. */
function inTime<T>({ deadline = noDeadline }: ConfigModule, read: () => T): T {
  const done = deadline(MODULE_TIMEOUT_MS, read)
  if (!done.ok) throw new Error(MODULE_LATE)
  return done.value
}

/** `null` for what says nothing, `undefined` for what cannot be read. */
function readFailures(returned: unknown): (CheckFailure | null | undefined)[] {
  const answers: readonly unknown[] = Array.isArray(returned) ? returned : [returned]
  return answers.map((answer) => (isNothing(answer) ? null : readFailure(answer)))
}

const isNothing = (answer: unknown): boolean =>
  answer === undefined || answer === null || answer === '' || answer === true

function readFailure(answer: unknown): CheckFailure | undefined {
  if (typeof answer === 'string') return { path: '', message: answer }
  if (typeof answer !== 'object' || answer === null || !('message' in answer)) return undefined
  const { message, path = '' } = answer as { message: unknown; path?: unknown }
  const dotted = Array.isArray(path) ? path.join('.') : path
  if (typeof message !== 'string' || typeof dotted !== 'string') return undefined
  return { path: dotted, message }
}

/** What a module threw, at the place of the module that its stack names; the stack itself is shown to nobody. */
function thrown(error: unknown, module: ConfigModule, doing: 'derive' | 'check', service: string): Diagnostic {
  const { message, stack } = thrownText(error)
  return failed(message, placeInStack(stack, module.file) ?? placeOf(module, doing), doing, service)
}

function failed(message: string, span: Span, doing: string, service: string): Diagnostic {
  return diagnostic('module-failed', { doing, message }, { span, service })
}

/** Where a module exports one of its functions; the whole of it where that is not known. */
export const placeOf = ({ file, places }: ConfigModule, name: 'derive' | 'check'): Span =>
  places?.[name] ?? startOfFile(file)

function placeInStack(stack: string, file: string): Span | undefined {
  for (const name of [fileUrl(file), file]) {
    const at = stack.indexOf(name)
    // A query, such as one that asks for a fresh import, may stand between the name and the place.
    const place = at < 0 ? null : /^(?:\?[^\s:)]*)?:(\d+):(\d+)/.exec(stack.slice(at + name.length))
    if (place === null) continue
    const position = { line: Number(place[1]), column: Number(place[2]) }
    return { file, start: position, end: position }
  }
  return undefined
}

function fileUrl(path: string): string {
  const url = new URL('file:///')
  // The setter escapes what would end a path, but takes a percent sign for an escape that is already there.
  url.pathname = path.replaceAll('%', '%25')
  return url.href
}
