import type { Diagnostic } from '../../model/diagnostic.ts'
import { diagnostic } from '../../model/diagnostic.ts'
import type { Secrets } from '../../model/secrets.ts'
import type { Safety, Segment } from '../template/output.ts'
import type { Trace } from '../template/renderer.ts'
import type { ShellContext } from './shell-reader.ts'
import { ShellReader } from './shell-reader.ts'

export interface ShellValuesInput {
  /** Relative to deploy/. */
  readonly target: string
  readonly content: string
  readonly trace: Trace
  readonly service: string
  readonly secrets: Secrets | undefined
}

/**
 * `unquoted-value` for each value of a template that a shell reads without `sh`, or with it and inside of quotes: a
 * warning, an error for a secret. Numbers, true and false, null, literals, names of services and what base64 makes are
 * words for any shell. Nothing is said in comments and in here-documents whose word is quoted (`<<'EOF'`), where a shell
 * reads nothing: configuration files are often written that way.
 */
export function checkShellValues({ target, content, trace, service, secrets }: ShellValuesInput): Diagnostic[] {
  const { segments, source, spanOf } = trace
  const reader = new ShellReader()
  const problems = new Map<Segment['statement'], Diagnostic>()
  for (const [index, { start, statement, safety }] of segments.entries()) {
    const text = content.slice(start, segments[index + 1]?.start ?? content.length)
    if (statement.type === 'ContentStatement') {
      reader.read(text)
      continue
    }
    const problem = problemOf(safety, reader.context)
    const secret = problem !== undefined && secrets?.isIn(text) === true
    const known = problems.get(statement)
    // In a loop the same value is printed again; that one of them is a secret is what counts.
    if (problem !== undefined && (known === undefined || (secret && known.severity === 'warning'))) {
      const range = source.rangeOf(statement.loc)
      const expression = source.text.slice(range.start, range.end).replace(/^\{\{\{?[~&]?\s*|\s*~?\}\}\}?$/g, '')
      const place = { span: spanOf(range), service, severity: secret ? 'error' : 'warning' } as const
      problems.set(statement, diagnostic('unquoted-value', { expression, target, secret, problem }, place))
    }
    reader.skip(text)
  }
  return [...problems.values()]
}

function problemOf(safety: Safety, context: ShellContext): 'unquoted' | 'quoted-twice' | 'here-document' | undefined {
  if (safety === 'harmless' || context === 'comment' || context === 'literal-text') return undefined
  if (context === 'here-document') return 'here-document'
  if (safety === 'shell') return context === 'word' ? undefined : 'quoted-twice'
  return 'unquoted'
}

/**
 * Whether a shell will read what a template renders to: by its first line, else by its name, or because service.yaml
 * names it as a script, which bash runs where no first line says otherwise.
 */
export function isShellScript(target: string, template: string, isNamedScript: boolean): boolean {
  if (template.startsWith('#!')) return SHELL_LINE.test(template)
  return isNamedScript || /\.(?:ba)?sh$/.test(target)
}

const SHELL_LINE = /^#![^\n]*?[/ \t](?:ba|da|k|mk|z|a)?sh(?=[ \t\r\n]|$)/
