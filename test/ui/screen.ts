import type { Terminal } from '../../src/ui/terminal.ts'

/** A terminal that remembers: what was written to it, and the lines that a person would see. */
export interface Screen extends Terminal {
  readonly written: string[]
  lines(): string[]
}

export function createScreen(options: Partial<Pick<Terminal, 'columns' | 'color' | 'interactive'>> = {}): Screen {
  const written: string[] = []
  return {
    columns: 80,
    color: false,
    interactive: false,
    ...options,
    written,
    write: (text) => void written.push(text),
    writeError: (text) => void written.push(text),
    lines: () => written.join('').split('\n').map(visible),
  }
}

/** Carries out "back to the start, clear to the end of the line"; another escape code would stay visible. */
const visible = (line: string): string => line.split('\r\u001b[K').at(-1) ?? ''
