import { existsSync, lstatSync, readdirSync, statSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { type ConfigModule, MODULE_LATE, MODULE_TIMEOUT_MS } from '../../config/cluster/config-module.ts'
import { nearest } from '../../config/nearest.ts'
import type { TextFile } from '../../config/text-file.ts'
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts'
import { err, ok, type Result } from '../../model/result.ts'
import { type Span, startOfFile } from '../../model/span.ts'
import { withDeadline } from '../deadline.ts'
import { systemCode } from '../state/state-error.ts'
import { checkLinks } from './escaping-link.ts'
import { exportPlace, readLoadError } from './module-error.ts'
import { danglingLink, kindProblem, readOptional, unreadable } from './project-file.ts'
import { expectStrays } from './stray-error.ts'

/** What components/<name>/config/ holds. */
export interface ComponentConfig {
  readonly defaults: TextFile | undefined
  readonly schema: TextFile | undefined
  /** Path of the module with `derive` and `check`. */
  readonly module: string | undefined
}

/** Reads a component's own configuration files. */
export function readComponentConfig(
  component: { readonly name: string; readonly directory: string },
  limit?: number,
): Result<ComponentConfig, readonly Diagnostic[]> {
  const directory = `${component.directory}/config`
  // One look at the directory instead of two for each file that is not there.
  const names = namesOf(directory)
  const base = `${directory}/${component.name}`
  const problems: Diagnostic[] = []
  const isThere = (file: string): boolean =>
    names?.has(file.slice(directory.length + 1)) !== false && findOwn(component.directory, file, problems)
  const read = (file: string): TextFile | undefined => {
    const text = isThere(file) ? readOptional(file, limit) : ok(undefined)
    if (!text.ok) problems.push(text.error)
    return text.ok && text.value !== undefined ? { file, text: text.value } : undefined
  }
  const defaults = read(`${base}.yaml`)
  const schema = read(`${base}.schema.json`)
  const module = isThere(`${base}.mjs`) ? `${base}.mjs` : undefined
  return problems.length > 0 ? err(problems) : ok({ defaults, schema, module })
}

/** What is in a directory, nothing where there is none; `undefined` where it cannot be told. */
function namesOf(directory: string): ReadonlySet<string> | undefined {
  try {
    return existsSync(directory) ? new Set(readdirSync(directory)) : new Set()
  } catch (error) {
    if (systemCode(error) === undefined) throw error
    return undefined
  }
}

/** Whether a configuration file is there, as a file of the component's own; what else is there goes to `problems`. */
function findOwn(component: string, file: string, problems: Diagnostic[]): boolean {
  try {
    const stat = statSync(file, { throwIfNoEntry: false })
    if (stat === undefined && lstatSync(file, { throwIfNoEntry: false }) === undefined) return false
    const problem =
      stat === undefined
        ? danglingLink(file)
        : (kindProblem(file, stat) ?? checkLinks('a configuration file', component, file.slice(component.length + 1)))
    if (problem !== undefined) problems.push(problem)
    return problem === undefined
  } catch (error) {
    problems.push(unreadable(file, error))
    return false
  }
}

/** Loads a component's configuration module. A file that has changed since is loaded anew. */
export async function loadConfigModule(file: string): Promise<Result<ConfigModule, Diagnostic>> {
  const url = pathToFileURL(file)
  expectStrays()
  try {
    url.searchParams.set('changed', String(statSync(file).mtimeMs))
    const loaded: Record<string, unknown> = await withoutExit(() => inTime(import(url.href)))
    const wrong = (['derive', 'check'] as const).find(
      (name) => !['undefined', 'function'].includes(typeof loaded[name]),
    )
    if (wrong !== undefined) return err(failure(`its export "${wrong}" is no function`, exportPlace(file, wrong)))
    const { derive, check } = loaded as Pick<ConfigModule, 'derive' | 'check'>
    if (derive === undefined && check === undefined) {
      return err(nothingExported(file, Object.keys(loaded)))
    }
    return ok({
      file,
      places: { derive: exportPlace(file, 'derive'), check: exportPlace(file, 'check') },
      deadline: withDeadline,
      ...(derive && {
        derive: (...args: Parameters<typeof derive>) => withoutExit(() => settled(() => derive(...args))),
      }),
      ...(check && { check: (...args: Parameters<typeof check>) => withoutExit(() => settled(() => check(...args))) }),
    })
  } catch (error) {
    const { message, span } = readLoadError(error, file, url.href)
    return err(failure(message, span))
  }
}

/** Of a module without any of the two functions: the export that is spelt nearly like one. */
function nothingExported(file: string, exports: readonly string[]): Diagnostic {
  const message = 'it exports neither "derive" nor "check"'
  for (const slip of exports) {
    const meant = nearest(slip, ['check', 'derive'])
    if (meant !== null) return failure(`${message}: is "${slip}" meant as "${meant}"?`, exportPlace(file, slip))
  }
  return failure(message, startOfFile(file))
}

/** Runs a module's code, in which leaving the process is a mistake like any other, and not the end of the command. */
async function withoutExit<T>(act: () => T | Promise<T>): Promise<T> {
  const { exit } = process
  process.exit = () => {
    throw new Error('it calls process.exit(), and would end paictl')
  }
  try {
    return await act()
  } finally {
    process.exit = exit
  }
}

/** What a call returns, in time. Whatever can be awaited will be: a thenable that is no Promise, too. */
function settled(call: () => unknown): unknown {
  const called = withDeadline(MODULE_TIMEOUT_MS, call)
  if (!called.ok) throw new Error(MODULE_LATE)
  const result = called.value
  const isThenable = typeof (result as { then?: unknown } | null | undefined)?.then === 'function'
  return isThenable ? inTime(Promise.resolve(result)) : result
}

/** The promise, or its failure when that takes too long; the timer also keeps the process from ending unanswered. */
async function inTime<T>(promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(MODULE_LATE)), MODULE_TIMEOUT_MS)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

const failure = (message: string, span: Span): Diagnostic =>
  diagnostic('module-failed', { doing: 'loading it', message }, { span })
