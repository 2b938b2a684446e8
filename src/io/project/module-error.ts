import { readFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Script } from 'node:vm'
import { thrownText } from '../../config/cluster/thrown-text.ts'
import type { Span } from '../../model/span.ts'
import { startOfFile } from '../../model/span.ts'

/** What kept a module from being loaded, in a line, and where: as exactly as can be told, else the whole file. */
export interface LoadFailure {
  readonly message: string
  readonly span: Span
}

/** Reads what `import` threw for the module `file`, which was imported as `href`. */
export function readLoadError(error: unknown, file: string, href: string): LoadFailure {
  const { message, name } = thrownText(error)
  if (name === '' || !(error instanceof Error)) return { message, span: startOfFile(file) }
  const missing = missingImport(error)
  if (missing !== undefined) return missing
  const span = quotedPlace(error, file, href) ?? thrownPlace(error, file, href) ?? syntaxPlace(error, file)
  return { message: name === 'Error' ? message : `${name}: ${message}`, span: span ?? startOfFile(file) }
}

/** An import that leads to nothing, at its specifier: in the module itself, or in one that it imports. */
function missingImport(error: Error): LoadFailure | undefined {
  const found = /^Cannot find (module|package) '(.*)' imported from (.*)$/.exec(error.message)
  if (found === null || !('code' in error) || error.code !== 'ERR_MODULE_NOT_FOUND') return undefined
  const [, kind = '', missing = '', importer = ''] = found
  const file = importer.startsWith('file:') ? fileURLToPath(importer) : importer
  const text = textOf(file)
  for (const { 1: specifier = '', indices } of text.matchAll(/\b(?:from|import)\s*\(?\s*['"]([^'"\n]*)['"]/dg)) {
    const range = indices?.[1]
    if (range === undefined || !leadsTo(specifier, missing, kind, file)) continue
    return { message: `cannot find "${specifier}"`, span: spanIn(file, text, range[0], range[1]) }
  }
  return { message: `cannot find the ${kind} "${missing}"`, span: startOfFile(file) }
}

function leadsTo(specifier: string, missing: string, kind: string, importer: string): boolean {
  if (kind === 'package') return specifier === missing || specifier.startsWith(`${missing}/`)
  try {
    return fileURLToPath(new URL(specifier, pathToFileURL(importer))) === missing
  } catch {
    return specifier === missing
  }
}

/** Some errors begin their stack with the file, the line and the marked source. */
function quotedPlace({ stack = '' }: Error, file: string, href: string): Span | undefined {
  if (!stack.startsWith(`${href}:`)) return undefined
  const [head = '', , marks = ''] = stack.split('\n', 3)
  const line = Number(head.slice(href.length + 1))
  return Number.isInteger(line) ? marked(file, line, marks) : undefined
}

function marked(file: string, line: number, marks: string, shift = 0): Span {
  const [, lead = '', carets = ''] = /^(\s*)(\^+)$/.exec(marks) ?? []
  const column = Math.max(1, lead.length + 1 - shift)
  return { file, start: { line, column }, end: { line, column: column + carets.length } }
}

/** What the module's own statements threw while it was loaded. */
function thrownPlace({ stack = '' }: Error, file: string, href: string): Span | undefined {
  const at = stack.indexOf(`${href}:`)
  const place = at < 0 ? null : /^:(\d+):(\d+)/.exec(stack.slice(at + href.length))
  if (place === null) return undefined
  const position = { line: Number(place[1]), column: Number(place[2]) }
  return { file, start: position, end: position }
}

/**
 * Node does not say where a module's syntax is wrong. As a script it does: what only modules have is taken out, every
 * other character stays where it is. Where that finds another error than the module has, nothing is known.
 */
function syntaxPlace(error: Error, file: string): Span | undefined {
  if (!(error instanceof SyntaxError)) return undefined
  const opening = 'async () => {'
  const script = textOf(file)
    .replace(/^(\s*)(import\b[^('"]*['"][^'"\n]*['"])/gm, blanked)
    .replace(/^(\s*)(export\s+default|export)\b/gm, blanked)
  try {
    new Script(`${opening}${script}\n}`, { filename: 'module' })
  } catch (found) {
    if (!(found instanceof SyntaxError) || found.message !== error.message) return undefined
    const [head = '', , marks = ''] = (found.stack ?? '').split('\n', 3)
    const line = Number(/^module:(\d+)$/.exec(head)?.[1])
    const lines = script.trimEnd().split('\n')
    const last = { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 }
    // What is not closed is missed where the script ends, behind what was put around it.
    if (line > last.line) return { file, start: last, end: last }
    if (Number.isInteger(line)) return marked(file, line, marks, line === 1 ? opening.length : 0)
  }
  return undefined
}

const blanked = (_match: string, lead: string, word: string): string => lead + word.replace(/[^\n]/g, ' ')

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // Only the place is lost.
    return ''
  }
}

function spanIn(file: string, text: string, start: number, end: number): Span {
  const before = text.slice(0, start).split('\n')
  const line = before.length
  const column = (before.at(-1)?.length ?? 0) + 1
  return { file, start: { line, column }, end: { line, column: column + end - start } }
}

/** Where a module exports `name` by a declaration or in a list; its whole file where neither can be found. */
export function exportPlace(file: string, name: string): Span {
  const text = textOf(file)
  const declared = new RegExp(`^\\s*export\\s+(?:async\\s+)?(?:function\\s*\\*?|const|let|var)\\s+(${name})\\b`, 'md')
  const listed = new RegExp(`^\\s*export\\s*\\{[^}]*\\b(${name})\\s*[,}]`, 'md')
  const range = (declared.exec(text) ?? listed.exec(text))?.indices?.[1]
  return range === undefined ? startOfFile(file) : spanIn(file, text, range[0], range[1])
}
