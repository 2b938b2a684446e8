/**
 * What a terminal would act on instead of showing: control characters, line and paragraph separators, and the marks that
 * change the direction of text, with which a line can be made to read as something else.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const HARMFUL = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/
const ALL_HARMFUL = new RegExp(HARMFUL, 'g')
const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '    ', '\ufeff': '' }

/** One line of text in which nothing is left that a terminal would act on: an escape becomes `\x1b`, a tab spaces. */
export function printable(text: string): string {
  return HARMFUL.test(text) ? text.replace(ALL_HARMFUL, visible) : text
}

/** As `printable`, for a sentence that may come with line breaks: they become spaces. */
export function printableSentence(text: string): string {
  return printable(text.replace(/\s*[\r\n]+\s*/g, ' ').trim())
}

function visible(character: string): string {
  const named = NAMED[character]
  if (named !== undefined) return named
  const code = character.charCodeAt(0)
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
}
