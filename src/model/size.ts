const UNITS: Readonly<Record<string, number>> = { '': 1, B: 1, KiB: 1024, MiB: 1024 ** 2 }

/** The form of a size; that it is more than nothing is not part of it. */
export const SIZE_FORM = /^(\d{1,12})\s?([KM]iB|B)?$/

/** Reads `4096`, `512KiB`, `2MiB` as bytes; `undefined` for any other text. */
export function parseSize(text: string): number | undefined {
  const [, digits, unit = ''] = SIZE_FORM.exec(text) ?? []
  return digits === undefined ? undefined : Number(digits) * (UNITS[unit] ?? 1)
}
