import type { Diagnostic } from '../../model/diagnostic.ts'
import { unreachable } from '../../model/result.ts'
import { counted } from './lists.ts'
import { quotedValue, subject, suggestion, type Wording, words } from './wording.ts'

type ConfigurationDiagnostic = Extract<
  Diagnostic,
  {
    code:
      | 'unknown-section'
      | 'merge-type'
      | 'schema-violation'
      | 'bad-schema'
      | 'module-failed'
      | 'check-failed'
      | 'bad-set'
      | 'bad-reference'
      | 'unresolved-reference'
      | 'short-secret'
      | 'secret-exposed'
  }
>

/** Words for what is wrong with the cluster configuration, or with what judges it. */
export function wordConfiguration(diagnostic: ConfigurationDiagnostic): Wording {
  switch (diagnostic.code) {
    case 'unknown-section': {
      const { section, nearest } = diagnostic.data
      return words(
        `section "${section}" belongs to no service`,
        suggestion(nearest, 'name the section as its service; "paictl service list" shows the services'),
      )
    }
    case 'merge-type': {
      const { path, expected, found } = diagnostic.data
      return words(
        `"${path}" must be ${expected}, not ${found}`,
        `the value that it replaces is ${expected}; maps merge, lists and scalars replace`,
      )
    }
    case 'schema-violation': {
      const { service, path, message, nearest, isUndeclared } = diagnostic.data
      return words(
        path === '' ? `the configuration of "${service}" ${message}` : `"${path}" of "${service}" ${message}`,
        suggestion(nearest, isUndeclared ? undefined : `"paictl config show ${service}" prints what was resolved`),
      )
    }
    case 'bad-schema':
      return diagnostic.data.isValid
        ? words(
            `this JSON Schema cannot be used: ${diagnostic.data.message}`,
            'look for patterns such as "(a+)+", and for references that lead back to themselves',
          )
        : words(`this is not a valid JSON Schema: ${diagnostic.data.message}`)
    case 'module-failed':
      return words(
        `${diagnostic.data.doing} failed: ${diagnostic.data.message}`,
        /\b(?:read.only|not extensible|delete property)\b/.test(diagnostic.data.message)
          ? 'a module can change nothing but the configuration of its own service'
          : undefined,
      )
    case 'check-failed': {
      const { service, path, message } = diagnostic.data
      return words(
        path === ''
          ? `the configuration of "${service}" is not accepted: ${message}`
          : `"${path}" is not accepted by "${service}": ${message}`,
      )
    }
    case 'bad-set': {
      const { text, problem, form = 'service.key=value' } = diagnostic.data
      if (form === 'key') {
        return words(
          `${quotedValue(text)} cannot be removed: ${problem}`,
          'write it as --unset key; further dots lead into maps',
        )
      }
      return words(`${quotedValue(text)} cannot be set: ${problem}`, `write it as --set ${form}`)
    }
    case 'bad-reference': {
      const { reference, expected } = diagnostic.data
      return words(`${quotedValue(reference)} is no reference: ${expected}`, 'write $${ where the text itself is meant')
    }
    case 'unresolved-reference': {
      const { reference, reason, nearest } = diagnostic.data
      return words(
        `${quotedValue(reference)} cannot be resolved: ${reason}`,
        suggestion(
          nearest,
          reference.startsWith('${env:')
            ? 'set it where paictl is called; it is read each time, and kept nowhere'
            : 'put the file there; it is read each time, and relative paths count from the file that names them',
        ),
      )
    }
    case 'short-secret': {
      const { reference, length, least } = diagnostic.data
      return words(
        `the value of ${quotedValue(reference)} is too short to be masked: ${counted(length, 'character')}`,
        `values of at least ${least} characters are masked in everything that is printed`,
      )
    }
    case 'secret-exposed':
      return words(
        `${subject(diagnostic.data.what)} would carry a secret into messages and records`,
        'let a script that is rendered from a template use the secret instead',
      )
    default:
      return unreachable(diagnostic)
  }
}
