import type { FileDifference } from '../model/plan-report.ts'
import { printable } from './printable.ts'
import type { Style } from './style.ts'

/** How files differ, each after an empty line. */
export async function differenceLines(differences: readonly FileDifference[], style: Style): Promise<string[]> {
  if (differences.length === 0) return []
  // Only --diff asks for it, and every command would have to load it.
  const { structuredPatch } = await import('diff')
  return differences.flatMap((one) => ['', ...linesOf(one, structuredPatch, style)])
}

/** One file as a unified diff; of one that is no text, or very large, only that it differs. */
function linesOf(
  difference: FileDifference,
  structuredPatch: typeof import('diff').structuredPatch,
  style: Style,
): string[] {
  const { service, path, before, after, withheld } = difference
  const name = printable(`${service}/${path}`)
  if (withheld !== null) return [`${WITHHELD[withheld]} ${name} differs`]
  if (before === after) return [`${name} differs in secrets only`]
  const head = [
    style.bold(`--- ${before === null ? '/dev/null' : `${name} (applied)`}`),
    style.bold(`+++ ${after === null ? '/dev/null' : `${name} (now)`}`),
  ]
  const patch = structuredPatch(path, path, before ?? '', after ?? '', '', '', {
    context: 3,
    maxEditLength: MOST_EDITS,
  })
  if (patch === undefined) return [...head, 'too much of it differs to be shown']
  return [
    ...head,
    ...patch.hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
      style.dim(`@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@`),
      ...lines.map((line) => painted(printable(line), style)),
    ]),
  ]
}

/** Where there are no lines, the one before them is named. */
const range = (start: number, lines: number): string => `${lines === 0 ? start - 1 : start},${lines}`

/** What takes longer to compare than people wait is no small change. */
const MOST_EDITS = 5000

const WITHHELD = { binary: 'binary file', large: 'large file' } as const

function painted(line: string, style: Style): string {
  if (line.startsWith('+')) return style.green(line)
  return line.startsWith('-') ? style.red(line) : line
}
