import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js'
import type { Diagnostic } from '../../model/diagnostic.ts'
import type { JsonObject } from '../../model/json.ts'
import type { Result } from '../../model/result.ts'
import { err, ok } from '../../model/result.ts'
import { type Deadline, noDeadline } from '../deadline.ts'
import type { TextFile } from '../text-file.ts'
import type { YamlNode } from '../yaml/yaml-node.ts'
import { neverEnding, notAMap, notASchema, notJson, tooSlow, treeOfSchema } from './bad-schema.ts'
import { badPortRanges } from './port-ranges.ts'
import { describeViolations } from './schema-violation.ts'

export interface SchemaCheckInput {
  readonly service: string
  readonly schema: TextFile
  readonly config: JsonObject
  readonly tree: YamlNode
}

export interface SchemaCheck {
  /** The configuration with the schema's `default`s filled in. */
  readonly config: JsonObject
  readonly diagnostics: readonly Diagnostic[]
}

export type SchemaChecker = (input: SchemaCheckInput) => SchemaCheck

interface Validator {
  /** What the last schema that was no schema violated. */
  readonly errors?: readonly ErrorObject[] | null | undefined
  compile(schema: object): ValidateFunction
  removeSchema(schema: object): unknown
}

/**
 * What a check may take longer for than its schema and its configuration are long: expressions, references, comparisons of
 * all with all; and what could hide such a word. A deadline costs more than most checks.
 */
const MAY_TAKE_LONG = /"(?:pattern|patternProperties|uniqueItems|\$(?:dynamic|recursive)?[Rr]ef)"|\\u/

/** For one configuration. */
const CHECK_TIMEOUT_MS = 2000

/** Loads the JSON Schema validator, which takes longer than all else, and so only where there is a schema. */
export async function createSchemaChecker(deadline: Deadline = noDeadline): Promise<SchemaChecker> {
  const { Ajv, Ajv2020 } = await import('./ajv.ts')
  const options = {
    allErrors: true,
    useDefaults: true,
    strict: false,
    verbose: true,
    logger: false,
    validateFormats: false,
    // Each is used a few times at most: a better program costs more than it saves.
    code: { optimize: false },
  } as const
  const newValidators = () => ({
    current: lazily((): Validator => new Ajv2020(options)),
    draft07: lazily((): Validator => new Ajv(options)),
  })
  let validators = newValidators()
  /** By text: compiling takes milliseconds, and components made from one template have the same schema. */
  const compiled = new Map<string, ValidateFunction>()
  /** Texts of schemas that took too long once: not every component that has one is to take as long again. */
  const slow = new Set<string>()

  function compile(source: TextFile): Result<ValidateFunction, Diagnostic> {
    const known = compiled.get(source.text)
    if (known !== undefined) return ok(known)
    const parsed = parseSchema(source)
    if (!parsed.ok) return parsed
    const [badRange] = badPortRanges(source)
    if (badRange !== undefined) return err(badRange)
    const { $schema: dialect, ...schema } = parsed.value
    const validator = /draft-0[4-7]/.test(String(dialect)) ? validators.draft07() : validators.current()
    try {
      const validate = validator.compile(schema)
      compiled.set(source.text, validate)
      return ok(validate)
    } catch (error) {
      const isAgainstRules = (error as Error).message.startsWith('schema is invalid')
      return err(notASchema(source, error as Error, isAgainstRules ? validator.errors : undefined))
    } finally {
      // Two components may use the same $id.
      validator.removeSchema(schema)
    }
  }

  function check({ service, schema, config, tree }: SchemaCheckInput): SchemaCheck {
    const validator = compile(schema)
    if (!validator.ok) return { config, diagnostics: [{ ...validator.error, service }] }
    const validate = validator.value
    const completed = structuredClone(config)
    try {
      validate(completed)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      return { config, diagnostics: [{ ...neverEnding(schema), service }] }
    }
    const errors: readonly ErrorObject[] = validate.errors ?? []
    if (errors.length === 0) return { config: completed, diagnostics: [] }
    return {
      config: completed,
      diagnostics: describeViolations(errors, { service, tree, schema: treeOfSchema(schema) }),
    }
  }

  return (input) => {
    const { service, schema, config } = input
    const limited = MAY_TAKE_LONG.test(schema.text) ? deadline : noDeadline
    const checked = slow.has(schema.text) ? err('late') : limited(CHECK_TIMEOUT_MS, () => check(input))
    if (checked.ok) return checked.value
    slow.add(schema.text)
    // It may have been in the middle of something.
    validators = newValidators()
    return { config, diagnostics: [{ ...tooSlow(schema, CHECK_TIMEOUT_MS), service }] }
  }
}

function parseSchema(source: TextFile): Result<JsonObject, Diagnostic> {
  const text = source.text.replace(/^\ufeff/, '')
  let schema: unknown
  try {
    schema = JSON.parse(text)
  } catch (error) {
    return err(notJson({ file: source.file, text }, error as Error))
  }
  if (typeof schema === 'object' && schema !== null && !Array.isArray(schema)) {
    return ok(schema as JsonObject)
  }
  return err(notAMap(source))
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}
