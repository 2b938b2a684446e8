import { LineCounter, parseAllDocuments } from 'yaml'
import type { Diagnostic } from '../model/diagnostic.ts'
import { diagnostic } from '../model/diagnostic.ts'
import { startOfFile } from '../model/span.ts'
import { jsonProblem } from './json-problem.ts'
import { readPlainYaml } from './plain-yaml.ts'
import { syntaxMessage, TOO_DEEP } from './yaml-problems.ts'

export interface RenderedTextInput {
  /** Relative to deploy/. */
  readonly target: string
  readonly content: string
  /** Absolute path of the template that it came from. */
  readonly template: string
  readonly service: string
}

/** `rendered-invalid` for a manifest that would only fail once a script hands it to its cluster. */
export function checkRenderedText({ target, content, template, service }: RenderedTextInput): Diagnostic | undefined {
  const format = formatOf(target)
  const problem = format === 'yaml' ? yamlProblem(content) : format === 'json' ? findJsonProblem(content) : undefined
  if (format === undefined || problem === undefined) return undefined
  const { line, message } = problem
  const text = content.split(/\r?\n/)[line - 1] ?? ''
  const data = { target, format, line, text, message }
  return diagnostic('rendered-invalid', data, { span: startOfFile(template), service })
}

function formatOf(target: string): 'yaml' | 'json' | undefined {
  if (/\.ya?ml$/i.test(target)) return 'yaml'
  return /\.json$/i.test(target) ? 'json' : undefined
}

interface Problem {
  readonly line: number
  readonly message: string
}

/** Several documents are usual in manifests, and so are tags that only their reader knows. */
function yamlProblem(content: string): Problem | undefined {
  const documents = content.split(/^---\n/m)
  if (documents.every((one) => one.trim() === '' || readPlainYaml('', one) !== undefined)) return undefined
  const lineCounter = new LineCounter()
  try {
    const documents = parseAllDocuments(content, { lineCounter, prettyErrors: false, logLevel: 'error' })
    const [error] = Array.isArray(documents) ? documents.flatMap(({ errors }) => errors) : []
    return error && { line: lineCounter.linePos(error.pos[0]).line, message: syntaxMessage(error) }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { line: 1, message: TOO_DEEP }
  }
}

function findJsonProblem(content: string): Problem | undefined {
  try {
    JSON.parse(content)
    return undefined
  } catch (error) {
    const { message, position } = jsonProblem(error as Error, content)
    return { line: position.line, message }
  }
}
