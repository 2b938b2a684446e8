import type { Diagnostic, DiagnosticData } from '../../model/diagnostic.ts'
import { unreachable } from '../../model/result.ts'
import { shortList } from './lists.ts'
import { type DisplayPath, shownPath, suggestion, type Wording, words } from './wording.ts'

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
      const { name, missing, nearest, available, holder, supplier, prerequisite } = diagnostic.data
      if (prerequisite !== null) return unneeded(name, prerequisite, supplier, display)
      if (holder !== null) {
        const title = `"${holder.name}" is ${holder.type}, and has nothing called "${missing}"`
        return words(title, suggestion(nearest, undefined))
      }
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
      return words(`"${diagnostic.data.helper}" ${diagnostic.data.message}`)
    case 'template-unknown-partial':
      return words(
        `unknown partial "${diagnostic.data.name}": partials are not supported`,
        'write its text here instead',
      )
    case 'template-too-large': {
      const { what, limit } = diagnostic.data
      return what === 'output'
        ? words(
            `what this template renders is larger than ${limit / 1024 / 1024} MiB`,
            'let a script make what is large',
          )
        : words(`this template takes more than ${limit} steps to render`, 'its loops are too long: let a script do it')
    }
    case 'unquoted-value':
      return wordUnquoted(diagnostic.data, shown(diagnostic.data.target))
    case 'rendered-invalid': {
      const { target, format, message, isValue } = diagnostic.data
      const language = format === 'yaml' ? 'YAML' : 'JSON'
      return words(
        `${shown(target)} is not valid ${language} once rendered: ${message}`,
        isValue ? 'write values with {{json …}}, outside of any quotes' : undefined,
      )
    }
    default:
      return unreachable(diagnostic)
  }
}

function wordUnquoted({ expression, secret, problem }: DiagnosticData['unquoted-value'], target: string): Wording {
  const what = secret ? `the secret in "${expression}"` : `the value of "${expression}"`
  const call = /\s/.test(expression) ? `(${expression})` : expression
  switch (problem) {
    case 'unquoted':
      return words(
        `${what} goes into the shell script ${target} unquoted`,
        `write {{sh ${call}}}, outside of any quotes`,
      )
    case 'quoted-twice':
      return words(
        `${what} goes into the shell script ${target} inside of quotes, which end those of "sh"`,
        'leave out the quotes around it: "sh" writes its own',
      )
    case 'here-document':
      return words(
        `${what} goes into a here-document of the shell script ${target}, where quotes are plain text and "$" is not`,
        "quote the word that begins the here-document, as in <<'EOF', and write the value without sh",
      )
    default:
      return unreachable(problem)
  }
}

const known = (what: string, names: readonly string[]): string | undefined =>
  names.length === 0 ? undefined : `${what}: ${shortList([...names].sort(), 20)}`

const supplied = (missing: string, supplier: string | null, display: DisplayPath): string | undefined =>
  supplier === null ? undefined : `give "${missing}" in ${shownPath(supplier, display)}`

const unneeded = (name: string, service: string, file: string | null, display: DisplayPath): Wording =>
  words(
    `unknown name "${name}": "${service}" is not among the prerequisites`,
    `add "${service}" to the prerequisites${file === null ? '' : ` in ${shownPath(file, display)}`}`,
  )

const joined = (first: string | undefined, second: string | undefined): string | undefined => {
  if (first === undefined || second === undefined) return first ?? second
  return first.endsWith('?') ? `${first} if not, ${second}` : `${first}; ${second}`
}
