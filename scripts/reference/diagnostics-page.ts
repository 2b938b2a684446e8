import type { DiagnosticCode } from '../../src/model/diagnostic.ts'
import { EXPLAINED_AREAS, EXPLANATIONS, type Example } from '../../src/ui/explanations.ts'

const INTRODUCTION = `# Diagnostics

Every problem that paictl reports has a code, which stays the same from version to version. This page says of each when it
is reported, why that is a problem, and what to do; \`paictl explain CODE\` prints the same in the terminal, and
\`paictl explain\` lists all codes.

\`\`\`
error[PAI-unknown-prerequisite]: "web" needs "stoer", which is not a service
  --> components/web/deploy/service.yaml:1:16
   |
 1 | prerequisite: [stoer]
   |                ^^^^^
   = help: did you mean "store"?
\`\`\`

The first line has the severity, the code and what is wrong; then come the place with its source line, related places
(\`:::\`) and what to do. All problems are reported at once, in the order of files and lines, and before anything is run; what
only follows from an earlier one is left out. Errors end a command with exit code 2 (refusals, which could be done but not
like this: 4), warnings do not. With \`--output json\` each is a JSON object on a line of standard error
(of \`validate\`: in its one document on standard output), with \`code\`,
\`message\`, \`file\` and \`range\`.`

/** docs/diagnostics.md: all codes by area. */
export function diagnosticsPage(comment: string): string {
  const parts = [comment, INTRODUCTION, contents()]
  for (const { title, codes } of EXPLAINED_AREAS) parts.push(`## ${title}`, ...codes.map(section))
  return `${parts.join('\n\n')}\n`
}

function contents(): string {
  const rows = EXPLAINED_AREAS.flatMap(({ codes }) => codes).map(
    (code) => `| [PAI-${code}](#pai-${code}) | ${prose(EXPLANATIONS[code].summary)} |`,
  )
  return ['| code | meaning |', '|---|---|', ...rows].join('\n')
}

function section(code: DiagnosticCode): string {
  const { summary, cause, cure, example } = EXPLANATIONS[code]
  return [
    `### PAI-${code}`,
    `**${prose(summary[0]?.toUpperCase() + summary.slice(1))}.** ${prose(cause)}`,
    `**What to do.** ${prose(cure)}`,
    ...(example === undefined ? [] : exampleParts(example)),
  ].join('\n\n')
}

function exampleParts({ where, wrong, right, note }: Example): string[] {
  const language = languageOf(where)
  const listing = (lines: readonly string[]): string => ['```'.concat(language), ...lines, '```'].join('\n')
  const place = where === 'command line' ? 'on the command line' : `in ${where}`
  return [`Wrong, ${place}:`, listing(wrong), 'Right:', listing(right), ...(note === undefined ? [] : [prose(note)])]
}

function languageOf(where: string): string {
  if (where === 'command line' || where.endsWith('/')) return 'sh'
  return /\.(?:yaml|json|mjs)$/.exec(where)?.[0].slice(1) ?? ''
}

/** `config/<name>.yaml` would be taken for HTML, except in code. */
const prose = (text: string): string =>
  text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith('`') ? part : part.replaceAll('<', '\\<')))
    .join('')
