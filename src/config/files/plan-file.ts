import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts'
import { FORMAT_VERSION } from '../../model/event.ts'
import type { PlanReport } from '../../model/plan-report.ts'
import { err, ok, type Result } from '../../model/result.ts'
import { startOfFile } from '../../model/span.ts'
import { jsonProblem } from '../schema/json-problem.ts'
import type { KeyTable, Shape } from '../shape/shape.ts'
import { checkShape } from '../shape/shape.ts'
import type { TextFile } from '../text-file.ts'
import { entryOf, toJson } from '../yaml/yaml-node.ts'
import { parseYaml } from '../yaml/yaml-tree.ts'

/** A plan that was made before, as `apply --plan` is handed it: what `plan --output json` has printed. */
export type SavedPlan = Pick<
  PlanReport,
  'cluster' | 'selection' | 'overlays' | 'assignments' | 'plan' | 'fingerprints' | 'observed'
>

/** Reads a plan that was saved, as far as it is compared with what would be planned now; all its problems at once. */
export function readPlanFile({ file, text }: TextFile): Result<SavedPlan, Diagnostic[]> {
  const syntax = syntaxProblem(file, text)
  if (syntax !== undefined) return err([syntax])
  // Every JSON text is a YAML text, and that reader knows where everything is.
  const { root, diagnostics } = parseYaml(file, text)
  if (root === undefined || diagnostics.length > 0) return err([...diagnostics])
  const version = entryOf(root, 'v')?.value
  if (version?.kind === 'scalar' && typeof version.value === 'number' && version.value > FORMAT_VERSION) {
    const data = { found: version.value, supported: FORMAT_VERSION }
    return err([diagnostic('plan-newer', data, { span: version.span })])
  }
  const problems = checkShape({ shape: PLAN_SHAPE, node: root, name: 'the plan' })
  return problems.length > 0 ? err(problems) : ok(toJson(root) as unknown as SavedPlan)
}

function syntaxProblem(file: string, text: string): Diagnostic | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    if (text.trim() === '') return diagnostic('bad-plan', { message: 'it is empty' }, { span: startOfFile(file) })
    const { message, position } = jsonProblem(error, text)
    return diagnostic('bad-plan', { message }, { span: { file, start: position, end: position } })
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
  { stopFirst: { kind: 'flag' } },
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
