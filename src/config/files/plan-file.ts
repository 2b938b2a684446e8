import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts'
import { FORMAT_VERSION } from '../../model/event.ts'
import { isJsonObject, type JsonValue } from '../../model/json.ts'
import type { PlanReport } from '../../model/plan-report.ts'
import { err, ok, type Result } from '../../model/result.ts'
import { startOfFile } from '../../model/span.ts'
import { treeOf } from '../cluster/plain-json.ts'
import { jsonProblem } from '../schema/json-problem.ts'
import { checkShape, type KeyTable, type Shape } from '../shape/shape.ts'
import type { TextFile } from '../text-file.ts'
import { entryOf, isNothing, type YamlNode } from '../yaml/yaml-node.ts'
import { parseYaml } from '../yaml/yaml-tree.ts'

/** A plan that was made before, as `apply --plan` is handed it: what `plan --output json` has printed. */
export type SavedPlan = Pick<
  PlanReport,
  'cluster' | 'selection' | 'overlays' | 'assignments' | 'plan' | 'fingerprints' | 'observed'
>

/** Reads a plan that was saved, as far as it is compared with what would be planned now; all its problems at once. */
export function readPlanFile({ file, text }: TextFile): Result<SavedPlan, Diagnostic[]> {
  const read = parseJson(file, text)
  if (!read.ok) return read
  const { value } = read
  const isNewer = isJsonObject(value) && typeof value.v === 'number' && value.v > FORMAT_VERSION
  const plan = value as unknown as SavedPlan
  const isSound = !isNewer && isFlat(value) && problemsOf(treeOf(value, startOfFile(file), undefined)).length === 0
  if (isSound) return ok(plan)
  // Every JSON text is a YAML text, and that reader knows where everything is; for a large plan it takes seconds.
  const { root, diagnostics } = parseYaml(file, text)
  if (root === undefined || diagnostics.length > 0) return err([...diagnostics])
  const span = entryOf(root, 'v')?.value.span
  if (isNewer) return err([diagnostic('plan-newer', { found: Number(value.v), supported: FORMAT_VERSION }, { span })])
  const problems = problemsOf(root)
  return problems.length > 0 ? err(problems) : ok(plan)
}

/** Whether it is not nested more deeply than plans are. */
function isFlat(value: JsonValue): boolean {
  let level: JsonValue[] = [value]
  for (let depth = 0; depth < DEEPEST_PLAN; depth += 1) {
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []))
  }
  return level.length === 0
}

const DEEPEST_PLAN = 50

const problemsOf = (root: YamlNode): Diagnostic[] => [
  ...checkShape({ shape: PLAN_SHAPE, node: root, name: 'the plan' }),
  ...nothingIn(PLAN_SHAPE, root, 'the plan'),
]

/** In the files that people write a list or a map may be left empty; nobody has written this one. */
function nothingIn(shape: Shape, node: YamlNode, what: string): Diagnostic[] {
  const isWhole = shape.kind === 'record' || shape.kind === 'list' || shape.kind === 'map'
  if (isWhole && isNothing(node)) {
    return [diagnostic('wrong-type', { what, expected: 'a value', found: 'nothing' }, { span: node.span })]
  }
  if (shape.kind === 'list' && node.kind === 'list') {
    return node.items.flatMap((item, index) => nothingIn(shape.of, item, `${what}[${index}]`))
  }
  if (node.kind !== 'map') return []
  return node.entries.flatMap(({ key: { value: key }, value }) => {
    const own = shape.kind === 'map' ? shape.of : shape.kind === 'record' ? shape.keys[key]?.shape : undefined
    return own === undefined ? [] : nothingIn(own, value, what === 'the plan' ? key : `${what}.${key}`)
  })
}

function parseJson(file: string, text: string): Result<JsonValue, Diagnostic[]> {
  try {
    return ok(JSON.parse(text))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    if (text.trim() === '')
      return err([diagnostic('bad-plan', { message: 'it is empty' }, { span: startOfFile(file) })])
    const { message, position } = jsonProblem(error, text)
    return err([diagnostic('bad-plan', { message }, { span: { file, start: position, end: position } })])
  }
}

const text: Shape = { kind: 'text' }
const anything: Shape = { kind: 'anything' }
const texts: Shape = { kind: 'list', of: text }

/** All of these keys; besides them those of `more`, and no others. */
function record(
  shapes: Readonly<Record<string, Shape>>,
  more: Readonly<Record<string, Shape>> = {},
): Shape & { readonly kind: 'record' } {
  const all = Object.entries({ ...shapes, ...more })
  const keys: KeyTable = Object.fromEntries(all.map(([key, shape]) => [key, { shape, doc: '' }]))
  return { kind: 'record', keys, required: Object.keys(shapes) }
}

const STEP = record(
  {
    id: text,
    service: text,
    operator: { kind: 'choice', of: ['start', 'stop', 'refresh'] },
    source: { kind: 'choice', of: ['tree', 'applied'] },
    adopt: { kind: 'flag' },
    cause: anything,
    needs: texts,
    after: texts,
  },
  { stopFirst: { kind: 'flag' }, deployments: texts },
)

const PLAN_SHAPE = record(
  {
    v: { kind: 'count' },
    type: { kind: 'choice', of: ['plan'] },
    cluster: record({ id: text, type: text }),
    selection: record({
      names: texts,
      all: { kind: 'flag' },
      skip: texts,
      prune: { kind: 'flag' },
      canary: anything,
    }),
    overlays: texts,
    assignments: texts,
    plan: record({
      verb: { kind: 'choice', of: ['apply'] },
      steps: { kind: 'list', of: STEP },
      left: { kind: 'list', of: anything },
    }),
    outlook: anything,
    fingerprints: { kind: 'map', of: text },
    observed: { kind: 'map', of: record({ state: text, run: anything, since: anything, fingerprint: anything }) },
  },
  { differences: anything },
)
