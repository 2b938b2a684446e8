/** The functions that the commands call, for programs: `import { startServices } from 'paictl'`. */

export { type ApplyRequest, applyProject, planProject } from './commands/apply.ts'
export { readClusters } from './commands/clusters.ts'
export { createComponent, listComponents, type NewComponent } from './commands/component.ts'
export {
  type ComponentTestReport,
  type TestWatcher,
  testComponent,
} from './commands/component-test/component-test.ts'
export type { ComponentTestRequest } from './commands/component-test/preparation.ts'
export { showConfiguration } from './commands/config-show.ts'
export { readGraph } from './commands/graph.ts'
export { initProject } from './commands/init.ts'
export type { Conversation, Invocation } from './commands/invocation.ts'
export { readSavedPlan } from './commands/read-plan.ts'
export { type ResumeRequest, resumeRun } from './commands/resume.ts'
export type { RunOptions, RunReport } from './commands/running/perform.ts'
export { describeRun, listRuns } from './commands/runs.ts'
export { describeServices } from './commands/service-describe.ts'
export { deleteServices, type EndRequest, stopServices } from './commands/service-end.ts'
export { followLogs, readLogs } from './commands/service-logs.ts'
export { lookAtServices } from './commands/service-look.ts'
export { renderFiles } from './commands/service-render.ts'
export {
  type RefreshRequest,
  type RestartRequest,
  refreshServices,
  restartServices,
  type StartRequest,
  startServices,
} from './commands/service-run.ts'
export { unlock } from './commands/unlock.ts'
export { validateProject } from './commands/validate.ts'
export type { Check, ComponentTest } from './model/component-test.ts'
export type { Diagnostic } from './model/diagnostic.ts'
export type { RunEvent } from './model/event.ts'
export type { Plan, Step } from './model/plan.ts'
export type { PlanReport } from './model/plan-report.ts'
