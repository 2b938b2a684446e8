import type { ErrorObject } from 'ajv/dist/2020.js'
import { nearest } from '../nearest.ts'
import type { YamlNode } from '../yaml/yaml-node.ts'
import { typeOfNode } from '../yaml/yaml-node.ts'

/** What is wrong, to follow the name of the value, and the word that was probably meant. */
export interface ViolationWords {
  readonly message: string
  readonly nearest: string | null
}

/** The key that an error is about where it is one that ought not to be there. */
export function unwantedKey({ keyword, params }: ErrorObject): string | undefined {
  if (keyword === 'additionalProperties') return String(params.additionalProperty)
  if (keyword === 'unevaluatedProperties') return String(params.unevaluatedProperty)
  return keyword === 'propertyNames' ? String(params.propertyName) : undefined
}

/** Words what the validator found wrong with `node`. */
export function wordViolation(error: ErrorObject, node: YamlNode): ViolationWords {
  const { keyword, params, parentSchema } = error
  if (keyword === 'additionalProperties' || keyword === 'unevaluatedProperties') {
    const known = Object.keys((parentSchema?.properties as object | undefined) ?? {}).sort()
    const near = nearest(unwantedKey(error) ?? '', known)
    const list = known.length === 0 || near !== null ? '' : `; known are ${known.join(', ')}`
    return { message: `is not known${list}`, nearest: near }
  }
  if (keyword === 'enum') {
    const allowed = (params.allowedValues as readonly unknown[]).map(String)
    const near = node.kind === 'scalar' ? nearest(String(node.value), allowed) : null
    return { message: `must be one of ${allowed.join(', ')}`, nearest: near }
  }
  return { message: wordOther(error, node), nearest: null }
}

function wordOther({ keyword, params, message }: ErrorObject, node: YamlNode): string {
  switch (keyword) {
    case 'required':
      return `lacks "${params.missingProperty}"`
    case 'type':
      return `must be ${[params.type].flat().map(withArticle).join(' or ')}, not ${typeOfNode(node)}`
    case 'const':
      return `must be ${JSON.stringify(params.allowedValue)}`
    case 'minimum':
      return `must be at least ${params.limit}`
    case 'maximum':
      return `must be at most ${params.limit}`
    case 'exclusiveMinimum':
      return `must be more than ${params.limit}`
    case 'exclusiveMaximum':
      return `must be less than ${params.limit}`
    case 'pattern':
      return `must match the regular expression ${params.pattern}`
    case 'uniqueItems':
      return `has the same item twice, as number ${Number(params.j) + 1} and ${Number(params.i) + 1}`
    case 'anyOf':
    case 'oneOf':
      return params.passingSchemas ? 'fits more than one of the allowed forms' : 'fits none of the allowed forms'
    case 'propertyNames':
      return 'is not a name that is allowed here'
    case 'false schema':
      return 'is not allowed'
    default:
      return (message ?? `violates "${keyword}"`).replace('must NOT', 'must not')
  }
}

const NAMES: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  integer: 'a whole number',
  null: 'nothing',
  number: 'a number',
  object: 'a map',
  string: 'a string',
}

const withArticle = (type: unknown): string => NAMES[String(type)] ?? String(type)
