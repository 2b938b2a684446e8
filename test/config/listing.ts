import type { Diagnostic } from '../../src/model/diagnostic.ts'

/** Diagnostics as lines that tests compare: `error code file:line:column [service] {data}`; long lists and absent suppliers and all holders left out. */
export function listing(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map(({ severity, code, span, service, data }) => {
    const place = span ? `${span.file}:${span.start.line}:${span.start.column}` : 'nowhere'
    const shown = JSON.stringify(data, (key, value) => (isLeftOut(key, value) ? undefined : value))
    return [severity, code, place, ...(service === undefined ? [] : [`[${service}]`]), shown].join(' ')
  })
}

const isLeftOut = (key: string, value: unknown): boolean =>
  key === 'known' ||
  key === 'available' ||
  key === 'holder' ||
  key === 'lacking' ||
  ((key === 'supplier' || key === 'prerequisite') && value === null)
