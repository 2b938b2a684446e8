import { printable } from './printable.ts'

/** The files that were laid down, and what to type next. */
export function createdText(files: readonly string[], next: readonly string[]): string {
  return [
    ...files.map((file) => `  created  ${printable(file)}`),
    '',
    'Next:',
    ...next.map((command) => `  ${printable(command)}`),
  ].join('\n')
}
