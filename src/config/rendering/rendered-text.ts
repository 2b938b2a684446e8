import type { Diagnostic } from '../../model/diagnostic.ts'
import { diagnostic } from '../../model/diagnostic.ts'
import { jsonProblem } from '../schema/json-problem.ts'
import type { Trace } from '../template/renderer.ts'
import { SourceText } from '../template/source-text.ts'
import { readPlainYaml } from '../yaml/plain-yaml.ts'
import { readDocuments } from '../yaml/yaml-documents.ts'
import { explainErrors } from '../yaml/yaml-words.ts'
import { isPrinted, placeInTemplate } from './rendered-place.ts'

export interface RenderedTextInput {
  /** Relative to deploy/. */
  readonly target: string
  readonly content: string
  readonly trace: Trace
  readonly service: string
}

/** What of a YAML text can be parsed in reasonable time, in UTF-16 code units. Larger ones are not looked at. */
const YAML_LIMIT = 1024 * 1024

/** `rendered-invalid` for a manifest that would only fail once a script hands it to its cluster. */
export function checkRenderedText({ target, content, trace, service }: RenderedTextInput): Diagnostic | undefined {
  const format = formatOf(target)
  const problem = format === 'yaml' ? yamlProblem(content) : format === 'json' ? findJsonProblem(content) : undefined
  if (format === undefined || problem === undefined) return undefined
  const { message } = problem
  // What ends too early is best pointed at behind the last that is there.
  const isTooEarly = content.slice(problem.offset).trim() === ''
  const offset = isTooEarly ? content.trimEnd().length : problem.offset
  const rendered = new SourceText(content)
  const position = rendered.positionAt(offset)
  const at = isTooEarly ? Math.max(0, offset - 1) : offset
  const span = trace.spanOf(placeInTemplate(trace, at))
  const data = { target, format, ...position, ...lineAround(content, offset), message, isValue: isPrinted(trace, at) }
  return diagnostic('rendered-invalid', data, { span, service })
}

/** Whether what a template renders to has to parse. */
export const isChecked = (target: string): boolean => formatOf(target) !== undefined

function formatOf(target: string): 'yaml' | 'json' | undefined {
  if (/\.ya?ml$/i.test(target)) return 'yaml'
  return /\.json$/i.test(target) ? 'json' : undefined
}

/** How much of a long line is kept on both sides of a place in it. */
const REACH = 500

/** The line of a place, and the column that it begins with: a long line is cut to what surrounds the place. */
function lineAround(content: string, offset: number): { text: string; textStart: number } {
  const start = content.lastIndexOf('\n', offset - 1) + 1
  const newline = content.indexOf('\n', offset)
  const end = newline < 0 ? content.length : newline
  const from = Math.max(start, offset - REACH)
  const text = content.slice(from, Math.min(end, offset + REACH)).replace(/\r$/, '')
  return { text, textStart: from - start + 1 }
}

interface Problem {
  readonly offset: number
  readonly message: string
}

/** Several documents are usual in manifests, and so are tags that only their reader knows. */
function yamlProblem(content: string): Problem | undefined {
  if (content.length > YAML_LIMIT) return undefined
  const documents = content.split(/^---\n/m)
  if (documents.every((one) => one.trim() === '' || readPlainYaml('', one) !== undefined)) return undefined
  const reading = readDocuments(content, { prettyErrors: false })
  if ('stoppedAt' in reading) return { offset: reading.stoppedAt, message: reading.message }
  const broken = reading.documents.find(({ errors }) => errors.length > 0)
  const [problem] = broken === undefined ? [] : explainErrors(broken.errors, content, broken)
  return problem && { offset: Math.min(problem.offsets[0], content.length), message: problem.message }
}

function findJsonProblem(content: string): Problem | undefined {
  try {
    JSON.parse(content)
    return undefined
  } catch (error) {
    const { message, offset } = jsonProblem(error as Error, content)
    // Of "no", which is not "null", it is the "o" that the parser stumbles over.
    const word = /[\p{L}\p{N}_.-]+$/u.exec(content.slice(Math.max(0, offset - 20), offset))?.[0] ?? ''
    const start = /^[\p{L}_]/u.test(word) ? offset - word.length : offset
    const whole = /^[\p{L}\p{N}_.-]+/u.exec(content.slice(start, start + 40))?.[0]
    return start === offset || whole === undefined
      ? { offset, message }
      : { offset: start, message: `unexpected "${whole}"` }
  }
}
