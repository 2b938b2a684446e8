/** How text is made to stand out; the plain style leaves it as it is. */
export interface Style {
  red(text: string): string
  yellow(text: string): string
  green(text: string): string
  dim(text: string): string
  bold(text: string): string
}

/** The style of a terminal that shows colours, or of one that does not. */
export function createStyle(color: boolean): Style {
  return color ? ANSI_STYLE : PLAIN_STYLE
}

const same = (text: string): string => text

export const PLAIN_STYLE: Style = { red: same, yellow: same, green: same, dim: same, bold: same }

/** Each has a closing code of its own, so that styles can be nested; nothing is put around an empty text. */
const ansi =
  (open: number, close: number) =>
  (text: string): string =>
    text === '' ? '' : `\u001b[${open}m${text}\u001b[${close}m`

const ANSI_STYLE: Style = {
  red: ansi(31, 39),
  yellow: ansi(33, 39),
  green: ansi(32, 39),
  dim: ansi(2, 22),
  bold: ansi(1, 22),
}
