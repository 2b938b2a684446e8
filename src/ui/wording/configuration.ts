import type { Diagnostic } from '../../model/diagnostic.ts'
import { unreachable } from '../../model/result.ts'
import { suggestion, type Wording, words } from './wording.ts'

type ConfigurationDiagnostic = Extract<
  Diagnostic,
  { code: 'unknown-section' | 'merge-type' | 'schema-violation' | 'bad-schema' | 'module-failed' | 'check-failed' }
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
      const { service, path, message } = diagnostic.data
      return words(
        path === '' ? `configuration of "${service}" ${message}` : `"${path}" of "${service}" ${message}`,
        `the configuration's JSON Schema asks for it; "paictl config show ${service}" prints what was resolved`,
      )
    }
    case 'bad-schema':
      return words(`this is not a valid JSON Schema: ${diagnostic.data.message}`)
    case 'module-failed':
      return words(`${diagnostic.data.doing} failed: ${diagnostic.data.message}`)
    case 'check-failed': {
      const { service, path, message } = diagnostic.data
      return words(
        path === ''
          ? `configuration of "${service}" is not accepted: ${message}`
          : `"${path}" is not accepted by "${service}": ${message}`,
      )
    }
    default:
      return unreachable(diagnostic)
  }
}
