import type { Diagnostic } from '../../model/diagnostic.ts'
import { unreachable } from '../../model/result.ts'
import { shortList } from './lists.ts'
import { type DisplayPath, quotedValue, shownPath, suggestion, type Wording, words } from './wording.ts'

type TemplateDiagnostic = Extract<
  Diagnostic,
  {
    code:
      | 'template-syntax'
      | 'template-unknown-name'
      | 'template-unknown-helper'
      | 'template-helper-misuse'
      | 'rendered-invalid'
  }
>

/** Words for what is wrong with a template, or with what came out of it. */
export function wordTemplate(diagnostic: TemplateDiagnostic, display: DisplayPath): Wording {
  switch (diagnostic.code) {
    case 'template-syntax':
      return words(`invalid template: ${diagnostic.data.message}`)
    case 'template-unknown-name': {
      const { name, missing, nearest, available } = diagnostic.data
      return words(
        name === missing ? `unknown name "${name}"` : `unknown name "${name}": there is no "${missing}"`,
        suggestion(nearest, known('names known here', available)),
      )
    }
    case 'template-unknown-helper': {
      const { name, nearest, available } = diagnostic.data
      return words(`unknown helper "${name}"`, suggestion(nearest, known('helpers', available)))
    }
    case 'template-helper-misuse':
      return words(`helper "${diagnostic.data.helper}": ${diagnostic.data.message}`)
    case 'rendered-invalid': {
      const { target, format, line, text, message } = diagnostic.data
      return words(
        `"${shownPath(target, display)}" is not valid ${format === 'yaml' ? 'YAML' : 'JSON'} once rendered: ${message}`,
        `its line ${line} became: ${quotedValue(text.trim())}`,
      )
    }
    default:
      return unreachable(diagnostic)
  }
}

const known = (what: string, names: readonly string[]): string | undefined =>
  names.length === 0 ? undefined : `${what}: ${shortList([...names].sort())}`
