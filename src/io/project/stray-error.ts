import { fileURLToPath } from 'node:url'
import { thrownText } from '../../config/cluster/thrown-text.ts'
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts'
import type { Span } from '../../model/span.ts'

/** Where paictl itself is: the bundle's directory. */
const OWN = new URL('.', import.meta.url).href
let modulesAreLoaded = false

/** To be said before the first module is loaded: from then on not every error is one of paictl's own. */
export function expectStrays(): void {
  modulesAreLoaded = true
}

/**
 * The problem for an error that reached nobody (an unhandled rejection, an error in a timer), where it comes from what a
 * configuration module has left running; `undefined` where it comes from paictl itself.
 */
export function strayProblem(thrown: unknown): Diagnostic | undefined {
  if (!modulesAreLoaded) return undefined
  const { message, stack } = thrownText(thrown)
  const frame = /(file:\/\/\/[^\s?]*)(?:\?[^\s:)]*)?:(\d+):(\d+)/.exec(stack)
  if (frame?.[1]?.startsWith(OWN)) return undefined
  const span = frame === null ? undefined : placeOfFrame(frame)
  const data = { doing: 'what a configuration module left running', message }
  return diagnostic('module-failed', data, { severity: 'warning', ...(span && { span }) })
}

function placeOfFrame([, url = '', line, column]: RegExpExecArray): Span | undefined {
  try {
    const position = { line: Number(line), column: Number(column) }
    return { file: fileURLToPath(url), start: position, end: position }
  } catch {
    // A module may write any stack.
    return undefined
  }
}
