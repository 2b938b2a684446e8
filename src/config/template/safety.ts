import type { Expression } from './ast.ts'
import { helperName } from './ast.ts'
import { originOf } from './origin.ts'
import type { Safety } from './output.ts'
import type { Scope } from './scope.ts'
import type { Value } from './value.ts'

/** What a shell could make of a value that a template prints. */
export function safetyOf(
  { path, params = [] }: { readonly path: Expression; readonly params?: readonly Expression[] },
  value: Value,
  scope: Scope,
): Safety {
  if (typeof value !== 'string') return 'harmless'
  if (path.type === 'SubExpression') return safetyOf(path as Parts, value, scope)
  if (path.type !== 'PathExpression') return 'harmless'
  const name = params.length > 0 ? helperName(path) : undefined
  switch (name) {
    case undefined:
      return isSafeName(originOf(path, scope)) ? 'harmless' : 'text'
    case 'sh':
      return 'shell'
    case 'base64':
      return 'harmless'
    case 'default':
    case 'or':
    case 'and':
      return params.some((param) => safetyOf({ path: param }, value, scope) === 'shell') ? 'shell' : 'text'
    default:
      // A number as JSON or YAML is still a number.
      return /^-?\d+(?:\.\d+)?$|^(?:true|false|null)$/.test(value) && /^(?:json|yaml)$/.test(name) ? 'harmless' : 'text'
  }
}

interface Parts {
  readonly path: Expression
  readonly params: readonly Expression[]
}

/** Names of services and components are checked to be safe words. */
const isSafeName = (origin: readonly string[] | undefined): boolean =>
  origin?.length === 2 && origin[0] === 'service' && (origin[1] === 'name' || origin[1] === 'component')
