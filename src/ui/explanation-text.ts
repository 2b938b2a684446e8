import type { DiagnosticCode } from '../model/diagnostic.ts'
import { EXPLAINED_AREAS, EXPLANATIONS, type Example } from './explanations.ts'
import type { Style } from './style.ts'
import { padToWidth } from './text-width.ts'
import { wrapText } from './wrapped-text.ts'

export interface ExplanationView {
  readonly style: Style
  /** Cells in a line; texts are wrapped to it. */
  readonly columns: number
}

const INDENT = '  '

/** All that is known of one code: what it means, when it is reported, what to do, and an example. */
export function explanationText(code: DiagnosticCode, { style, columns }: ExplanationView): string {
  const { summary, cause, cure, example } = EXPLANATIONS[code]
  return [
    style.bold(`PAI-${code}: ${summary}`),
    wrapText(cause, columns),
    style.bold('What to do'),
    wrapText(cure, columns, INDENT),
    ...(example === undefined ? [] : exampleParts(example, { style, columns })),
  ].join('\n\n')
}

function exampleParts({ where, wrong, right, note }: Example, { style, columns }: ExplanationView): string[] {
  const place = where === 'command line' ? 'on the command line' : `in ${where}`
  const listing = (lines: readonly string[]): string => lines.map((line) => INDENT + line).join('\n')
  return [
    style.bold(`Wrong, ${place}`),
    listing(wrong),
    style.bold('Right'),
    listing(right),
    ...(note === undefined ? [] : [wrapText(note, columns, INDENT)]),
  ]
}

/** Every code with its summary, a line each, by area. */
export function codesText({ style }: ExplanationView): string {
  const codes = EXPLAINED_AREAS.flatMap((area) => area.codes)
  const width = Math.max(...codes.map((code) => named(code).length))
  return EXPLAINED_AREAS.map((area) => {
    const lines = area.codes.map((code) => `${padToWidth(named(code), width)}  ${EXPLANATIONS[code].summary}`)
    return [style.bold(area.title), ...lines.map((line) => INDENT + line)].join('\n')
  }).join('\n\n')
}

/** The same as data; `example` is null where there is none. */
export function explanationJson(code: DiagnosticCode): Readonly<Record<string, unknown>> {
  const { summary, cause, cure, example = null } = EXPLANATIONS[code]
  return { code: named(code), summary, cause, cure, example }
}

/** Every code as data: `{codes: [{code, area, summary}]}`. */
export function codesJson(): Readonly<Record<string, unknown>> {
  return {
    codes: EXPLAINED_AREAS.flatMap(({ title, codes }) =>
      codes.map((code) => ({ code: named(code), area: title, summary: EXPLANATIONS[code].summary })),
    ),
  }
}

const named = (code: DiagnosticCode): string => `PAI-${code}`
