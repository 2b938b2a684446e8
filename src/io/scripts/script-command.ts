import { accessSync, closeSync, constants, existsSync, openSync, readSync } from 'node:fs'
import { basename, delimiter, join } from 'node:path'
import { err, ok, type Result } from '../../model/result.ts'
import { isAbsent, plainReason } from '../state/state-error.ts'

/** What to start for a script. */
export interface Command {
  readonly file: string
  readonly args: readonly string[]
}

export interface ScriptFile {
  /** The staged deploy directory. */
  readonly directory: string
  /** Relative to it. */
  readonly script: string
  readonly strictShell: boolean
  /** The PATH that the script will see. */
  readonly searchPath: string
}

const BASH = '/bin/bash'
const STRICT = ['-euo', 'pipefail'] as const

/**
 * How a script is run: by the interpreter that its first line names, else by bash. The interpreter is started directly,
 * so that one that is missing can be told from a missing script, and a state directory on a `noexec` mount will do.
 */
export function commandFor(scriptFile: ScriptFile): Result<Command, string> {
  const { directory, script, strictShell, searchPath } = scriptFile
  const path = `${directory}/${script}`
  const head = readHead(path)
  if (!head.ok) {
    if (!isAbsent(head.error)) return err(`${script} cannot be read: ${plainReason(head.error)}`)
    return err(existsSync(directory) ? `there is no ${script} in ${directory}` : `${directory} is gone`)
  }
  // A zero byte in its head: a program, which the system knows how to run.
  if (head.value.includes('\0')) return ok({ file: path, args: [] })
  const [interpreter = BASH, ...flags] = shebang(head.value) ?? []
  const problem = missing(interpreter, flags, searchPath)
  if (problem !== undefined) return err(`${script} ${problem}`)
  const strict = strictShell && isBash(interpreter, flags) ? STRICT : []
  return ok({ file: interpreter, args: [...flags, ...strict, path] })
}

/** The words of a `#!` line as the system splits them: the interpreter, and all the rest as one argument. */
function shebang(head: string): string[] | undefined {
  const match = /^#![ \t]*([^ \t\n]+)[ \t]*([^\n]*)/.exec(head)
  if (match === null) return undefined
  const [, interpreter = '', rest = ''] = match
  const argument = rest.replace(/[ \t]+$/, '')
  return argument === '' ? [interpreter] : [interpreter, argument]
}

function missing(interpreter: string, flags: readonly string[], searchPath: string): string | undefined {
  const [name] = flags
  const looked = `${interpreter}\0${name}\0${searchPath}`
  if (!problems.has(looked)) problems.set(looked, findProblem(interpreter, name, searchPath))
  return problems.get(looked)
}

/** Interpreters are few and looked for once. */
const problems = new Map<string, string | undefined>()

function findProblem(interpreter: string, name: string | undefined, searchPath: string): string | undefined {
  if (`${interpreter}${name ?? ''}`.endsWith('\r'))
    return 'has Windows line ends (CRLF), so that its interpreter is not found'
  if (!isExecutable(interpreter)) return `needs ${interpreter}, which is not there`
  // `env` would say so only in the script's log.
  if (basename(interpreter) !== 'env' || name === undefined || !/^[\w.+-]+$/.test(name) || name.startsWith('-')) {
    return undefined
  }
  const found = searchPath.split(delimiter).some((directory) => isExecutable(join(directory || '.', name)))
  return found ? undefined : `needs ${name}, which is not in PATH`
}

const isBash = (interpreter: string, [name]: readonly string[]): boolean =>
  basename(interpreter) === 'bash' || (basename(interpreter) === 'env' && name === 'bash')

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const buffer = Buffer.alloc(256)

function readHead(path: string): Result<string, unknown> {
  try {
    const fd = openSync(path, constants.O_RDONLY)
    try {
      return ok(buffer.toString('latin1', 0, readSync(fd, buffer, 0, buffer.length, 0)))
    } finally {
      closeSync(fd)
    }
  } catch (error) {
    return err(error)
  }
}
