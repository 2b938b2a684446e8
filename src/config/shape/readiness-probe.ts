import type { Result } from '../../model/result.ts'
import { err, ok } from '../../model/result.ts'
import type { ReadinessKind, ReadinessProbe } from '../../model/service.ts'
import { safeRelativePath } from './relative-path.ts'

/** Reads what a `readiness` key asks, its template expressions rendered. The error is what was expected instead. */
export function readProbe(kind: ReadinessKind, target: string): Result<ReadinessProbe, string> {
  switch (kind) {
    case 'script': {
      const script = safeRelativePath(target)
      return script ? ok({ kind, script }) : err('the path of a script under deploy/')
    }
    case 'http':
      return isHttpUrl(target) ? ok({ kind, url: target }) : err(urlProblem(target))
    case 'tcp': {
      const endpoint = readEndpoint(target)
      return endpoint ? ok({ kind, ...endpoint }) : err('a port from 1 to 65535, or host:port')
    }
    case 'log': {
      const problem = regularExpressionProblem(target)
      return problem === null ? ok({ kind, pattern: target }) : err(`a regular expression (${problem})`)
    }
  }
}

function isHttpUrl(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text)
}

function urlProblem(text: string): string {
  const [scheme] = /^https?:\/\//i.exec(text) ?? []
  if (scheme === undefined) return 'a URL that begins with http:// or https://'
  return /^[/?#:]*$/.test(text.slice(scheme.length))
    ? `a host behind ${scheme}`
    : `a URL: what stands behind ${scheme} is no host, port and path`
}

/** The form of an endpoint; that the port is none above 65535 is not part of it. */
export const ENDPOINT_FORM = /^(?:(\[[0-9a-fA-F:.]+\]|[^\s:/[\]]+):)?(\d{1,5})$/

/** `8080` is on this machine; IPv6 hosts stand in brackets. */
function readEndpoint(text: string): { host: string; port: number } | undefined {
  const match = ENDPOINT_FORM.exec(text)
  const port = Number(match?.[2])
  if (match === null || port < 1 || port > 65535) return undefined
  return { host: (match[1] ?? '127.0.0.1').replace(/^\[|\]$/g, ''), port }
}

/** The engine's compiler recurses, and ends the process where a hostile one uses up its stack. */
const LONGEST_PATTERN = 2000

function regularExpressionProblem(pattern: string): string | null {
  if (pattern === '') return 'it is empty'
  if (pattern.length > LONGEST_PATTERN) return `it is longer than ${LONGEST_PATTERN} characters`
  try {
    new RegExp(pattern)
    return null
  } catch (error) {
    // "Invalid regular expression: /(/: Unterminated group" repeats the pattern that the message shows already.
    return (error as Error).message.split(': ').at(-1)?.toLowerCase() ?? 'it cannot be read'
  }
}
