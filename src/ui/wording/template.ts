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
      | 'template-unknown-partial'
      | 'template-too-large'
      | 'unquoted-value'
      | 'rendered-invalid'
  }
>

/** Words for what is wrong with a template, or with what came out of it. */
export function wordTemplate(diagnostic: TemplateDiagnostic, display: DisplayPath): Wording {
  const shown = (path: string) => `"${shownPath(path, display)}"`
  switch (diagnostic.code) {
    case 'template-syntax':
      return words(`invalid template: ${diagnostic.data.message}`)
    case 'template-unknown-name': {
      const { name, missing, nearest, available, supplier } = diagnostic.data
      return words(
        name === missing ? `unknown name "${name}"` : `unknown name "${name}": there is no "${missing}"`,
        joined(suggestion(nearest, known('names known here', available)), supplied(missing, supplier, display)),
      )
    }
    case 'template-unknown-helper': {
      const { name, nearest, available } = diagnostic.data
      return words(`unknown helper "${name}"`, suggestion(nearest, known('helpers', available)))
    }
    case 'template-helper-misuse':
      return words(`helper "${diagnostic.data.helper}": ${diagnostic.data.message}`)
    case 'template-unknown-partial':
      return words(`unknown partial "${diagnostic.data.name}": there are no partials`, 'write its text here instead')
    case 'template-too-large': {
      const { what, limit } = diagnostic.data
      return what === 'output'
        ? words(
            `what this template renders is larger than ${limit / 1024 / 1024} MiB`,
            'let a script make what is large',
          )
        : words(`this template takes more than ${limit} steps to render`, 'its loops are too long: let a script do it')
    }
    case 'unquoted-value': {
      const { expression, target, secret } = diagnostic.data
      return words(
        secret
          ? `the secret in "${expression}" goes into the shell script ${shown(target)} unquoted`
          : `the value of "${expression}" goes into the shell script ${shown(target)} unquoted`,
        `write {{sh ${expression}}}, outside of any quotes`,
      )
    }
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

const supplied = (missing: string, supplier: string | null, display: DisplayPath): string | undefined =>
  supplier === null ? undefined : `"${missing}" would be given in ${shownPath(supplier, display)}`

const joined = (...parts: readonly (string | undefined)[]): string | undefined =>
  parts.filter((part) => part !== undefined).join('; ') || undefined
