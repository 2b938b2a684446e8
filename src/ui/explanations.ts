import type { DiagnosticCode } from '../model/diagnostic.ts'
import { COMPONENT_EXPLANATIONS } from './explanations/component.ts'
import { CONFIGURATION_EXPLANATIONS } from './explanations/configuration.ts'
import { DECLARING_EXPLANATIONS } from './explanations/declaring.ts'
import { DEPLOYMENT_EXPLANATIONS } from './explanations/deployment.ts'
import type { AreaExplanations, Explanation } from './explanations/explanation.ts'
import { FILE_EXPLANATIONS } from './explanations/file.ts'
import { GRAPH_EXPLANATIONS } from './explanations/graph.ts'
import { REFUSAL_EXPLANATIONS } from './explanations/refusal.ts'
import { REQUEST_EXPLANATIONS } from './explanations/request.ts'
import { RUN_EXPLANATIONS } from './explanations/run.ts'
import { STATE_EXPLANATIONS } from './explanations/state.ts'
import { TEMPLATE_EXPLANATIONS } from './explanations/template.ts'

export type { Example, Explanation } from './explanations/explanation.ts'

/** Every code's explanation: one that has none does not compile. */
export const EXPLANATIONS: Readonly<Record<DiagnosticCode, Explanation>> = {
  ...FILE_EXPLANATIONS,
  ...COMPONENT_EXPLANATIONS,
  ...DEPLOYMENT_EXPLANATIONS,
  ...GRAPH_EXPLANATIONS,
  ...CONFIGURATION_EXPLANATIONS,
  ...TEMPLATE_EXPLANATIONS,
  ...DECLARING_EXPLANATIONS,
  ...REQUEST_EXPLANATIONS,
  ...REFUSAL_EXPLANATIONS,
  ...RUN_EXPLANATIONS,
  ...STATE_EXPLANATIONS,
}

export interface ExplainedArea {
  readonly title: string
  /** Sorted. */
  readonly codes: readonly DiagnosticCode[]
}

/** The codes by what they are about, in the order in which a reader meets them. */
export const EXPLAINED_AREAS: readonly ExplainedArea[] = [
  area('Files', FILE_EXPLANATIONS),
  area('Components', COMPONENT_EXPLANATIONS),
  area('Deployments', DEPLOYMENT_EXPLANATIONS),
  area('The service graph', GRAPH_EXPLANATIONS),
  area('Configuration', CONFIGURATION_EXPLANATIONS),
  area('Templates', TEMPLATE_EXPLANATIONS),
  area('Commands on deployments', DECLARING_EXPLANATIONS),
  area('The command line', REQUEST_EXPLANATIONS),
  area('Refusals', REFUSAL_EXPLANATIONS),
  area('Runs', RUN_EXPLANATIONS),
  area('State', STATE_EXPLANATIONS),
]

function area(title: string, explanations: AreaExplanations): ExplainedArea {
  return { title, codes: (Object.keys(explanations) as DiagnosticCode[]).sort() }
}
