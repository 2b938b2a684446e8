import type { ErrorObject } from 'ajv/dist/2020.js'
import type { Diagnostic } from '../model/diagnostic.ts'
import { diagnostic } from '../model/diagnostic.ts'
import { nearest } from './nearest.ts'
import type { YamlNode } from './yaml-node.ts'
import { deepestNode, entryOf, typeOfNode } from './yaml-node.ts'

/** One `schema-violation` for each thing that is wrong, at the value that is. */
export function describeViolations(
  errors: readonly ErrorObject[],
  { service, tree }: { readonly service: string; readonly tree: YamlNode },
): Diagnostic[] {
  const seen = new Set<string>()
  return withoutFollowers(errors).flatMap((error) => {
    const path = pointerSegments(error.instancePath)
    const extra = unwantedKey(error)
    const { node } = deepestNode(tree, path)
    const span = (extra === undefined ? undefined : entryOf(node, extra)?.key.span) ?? node.span
    const data = {
      service,
      path: [...path, ...(extra === undefined ? [] : [extra])].join('.'),
      message: word(error, node),
    }
    const key = JSON.stringify([data, span])
    if (seen.has(key)) return []
    seen.add(key)
    return [diagnostic('schema-violation', data, { span, service })]
  })
}

/** What was wrong with each alternative of an `anyOf` only explains that none fits; `if` only says that `then` failed. */
function withoutFollowers(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const choices = errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf')
  return errors.filter(
    (error) =>
      error.keyword !== 'if' && !choices.some(({ schemaPath }) => error.schemaPath.startsWith(`${schemaPath}/`)),
  )
}

function unwantedKey({ keyword, params }: ErrorObject): string | undefined {
  if (keyword === 'additionalProperties') return String(params.additionalProperty)
  if (keyword === 'unevaluatedProperties') return String(params.unevaluatedProperty)
  return keyword === 'propertyNames' ? String(params.propertyName) : undefined
}

/** What is wrong, to follow the name of the value. */
function word(error: ErrorObject, node: YamlNode): string {
  const { keyword, params, parentSchema, message } = error
  switch (keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const known = Object.keys((parentSchema?.properties as object | undefined) ?? {}).sort()
      const near = nearest(unwantedKey(error) ?? '', known)
      if (near !== null) return `is not known; did you mean \`${near}\`?`
      return known.length === 0 ? 'is not known' : `is not known; known are ${known.join(', ')}`
    }
    case 'required':
      return `lacks \`${params.missingProperty}\``
    case 'type':
      return `must be ${[params.type].flat().map(withArticle).join(' or ')}, and is ${typeOfNode(node)}`
    case 'enum': {
      const allowed = (params.allowedValues as readonly unknown[]).map(String)
      const near = node.kind === 'scalar' ? nearest(String(node.value), allowed) : null
      return `must be one of ${allowed.join(', ')}${near === null ? '' : `; did you mean \`${near}\`?`}`
    }
    case 'const':
      return `must be ${JSON.stringify(params.allowedValue)}`
    case 'anyOf':
    case 'oneOf':
      return params.passingSchemas ? 'fits more than one of the allowed forms' : 'fits none of the allowed forms'
    case 'false schema':
      return 'is not allowed'
    default:
      return message ?? `violates \`${keyword}\``
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

const pointerSegments = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
