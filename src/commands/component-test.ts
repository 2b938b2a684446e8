import { ASSIGNMENTS, assignmentsText } from '../config/cluster/overlays.ts'
import { nearest } from '../config/nearest.ts'
import type { EndingSignal } from '../engine/execute/interruption.ts'
import { closure } from '../engine/graph.ts'
import { systemClock } from '../io/clock.ts'
import { deploymentFile } from '../io/deployment-scan.ts'
import type { Check, CheckName, ComponentTest } from '../model/component-test.ts'
import { type Diagnostic, diagnostic } from '../model/diagnostic.ts'
import { EXIT, exitCodeOfDiagnostics } from '../model/exit-code.ts'
import type { RenderedService } from '../model/rendered.ts'
import type { Service } from '../model/service.ts'
import { stateOf } from './cluster.ts'
import { Bench } from './component-test-bench.ts'
import { type Carry, makeChecks } from './component-test-checks.ts'
import { configuredPorts, freePorts, portsInUse } from './component-test-ports.ts'
import { createSurroundings } from './component-test-surroundings.ts'
import type { Invocation } from './invocation.ts'
import { openProject, type Project } from './project.ts'
import { renderSelection } from './render-selection.ts'
import { openSite, type Site } from './site.ts'
import { concernsAll, weigh } from './weigh.ts'

export interface ComponentTestRequest {
  /** A component, or a deployment. */
  readonly name: string
  /** What the deployment needs that a component of which there are many is tried out as. */
  readonly prerequisites?: readonly string[] | undefined
  /** The scratch state is left where it is. */
  readonly keep: boolean
}

/** Is told how a test goes on. Times are milliseconds since the epoch. */
export interface TestWatcher {
  begun(about: { readonly component: string; readonly cluster: string; readonly directory: string }): void
  checking(name: CheckName, time: number): void
  checked(check: Check): void
  /** A signal has ended the test: what it has started is taken down. */
  interrupted(signal: EndingSignal): void
}

export type ComponentTestReport =
  /** Nothing was run. */
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[]; readonly exitCode: number }
  | { readonly kind: 'finished'; readonly test: ComponentTest; readonly exitCode: number }

/**
 * Checks a component the way its users will stress it, in a scratch state on this machine: the project's own cluster is
 * neither asked nor touched. What was started is taken down at the end, however that comes.
 */
export async function testComponent(
  invocation: Invocation,
  request: ComponentTestRequest,
  watcher: TestWatcher,
): Promise<ComponentTestReport> {
  const prepared = await prepare(invocation, request)
  if ('problems' in prepared) return refused(prepared.problems)
  const { site, service, adapted, rendered } = prepared
  const names = neededBy(site, service.name)
  const inUse = await portsInUse(site, invocation, configuredPorts(site, rendered, names))
  if (inUse.length > 0) return refused(inUse)

  const { name, keep } = request
  const { settings } = site.project
  const bench = new Bench(adapted, service.name, (signal) => watcher.interrupted(signal))
  const surroundings = createSurroundings({
    project: settings.root,
    scratch: bench.scratch,
    ports: configuredPorts(site, rendered, [service.name]).map(({ port }) => port),
    // The project's own state may be inside of it, and so may this one's be.
    without: [stateOf(invocation, settings), bench.scratch.directory],
  })
  const checks: Check[] = []
  const { clusterId, scratch } = bench
  let isTakenDown = false
  try {
    watcher.begun({ component: name, cluster: clusterId, directory: scratch.directory })
    const prerequisites = names.filter((one) => one !== service.name)
    await makeChecks({ bench, service, prerequisites, surroundings, carry: carrying(checks, watcher) })
    isTakenDown = true
    const isFaulty = checks.some(({ verdict }) => verdict.kind === 'failed')
    const left = await bench.takeDown({ keep })
    // That it cannot be taken down as others can is no news of what has failed.
    const remains = left.filter((one) => !(isFaulty && one.kind === 'service' && one.service === service.name))
    const kept = keep ? scratch.directory : null
    const hasFailed = isFaulty || remains.length > 0
    const test = { component: name, cluster: clusterId, checks, kept, remains }
    return { kind: 'finished', test, exitCode: hasFailed ? EXIT.failed : EXIT.done }
  } finally {
    if (!isTakenDown) await bench.takeDown({ keep })
  }
}

const refused = (diagnostics: readonly Diagnostic[]): ComponentTestReport => ({
  kind: 'refused',
  diagnostics,
  exitCode: exitCodeOfDiagnostics(diagnostics),
})

interface Prepared {
  readonly site: Site
  /** What stands for the component: itself, or a deployment of it. */
  readonly service: Service
  /** What commands are to be called with, but for the scratch state. */
  readonly adapted: Invocation
  readonly rendered: ReadonlyMap<string, RenderedService>
}

interface Unprepared {
  readonly problems: readonly Diagnostic[]
}

/** The project as it will be tested, or all that keeps the component from being started. */
async function prepare(invocation: Invocation, request: ComponentTestRequest): Promise<Prepared | Unprepared> {
  const project = openProject(invocation)
  if (!project.ok) return { problems: [project.error] }
  const triedOut = deploymentOf(project.value, request)
  if (triedOut === undefined && (request.prerequisites ?? []).length > 0) {
    const message = `--prerequisite is for a component with "instances: many": what "${request.name}" needs is declared`
    return { problems: [diagnostic('bad-option', { message, command: 'paictl component test' })] }
  }
  const drafts = new Map(triedOut === undefined ? [] : [[triedOut, draftOf(request)]])
  const prepared = await prepareFor({ ...invocation, drafts }, triedOut ?? request.name)
  if (!('problems' in prepared)) return prepared
  const file = triedOut && deploymentFile(project.value.settings.clusterConfigDirectory, triedOut)
  return { problems: prepared.problems.map((one) => withoutOwnPlace(one, invocation, file)) }
}

/** What the file of the deployment would say. */
const draftOf = ({ name, prerequisites = [] }: ComponentTestRequest): string =>
  JSON.stringify({ component: name, prerequisite: prerequisites })

/** `tested`: what stands for the component. */
async function prepareFor(extended: Invocation, tested: string): Promise<Prepared | Unprepared> {
  const opened = await openSite(extended)
  if (!opened.ok) return { problems: opened.error }
  const problem = untestable(opened.value, extended, tested)
  if (problem !== undefined) return { problems: [problem] }
  const ports = await freePorts(opened.value, neededBy(opened.value, tested))
  const adapted: Invocation = { ...extended, assignments: [...(extended.assignments ?? []), ...ports] }
  const again = await openSite(adapted)
  if (!again.ok) return { problems: again.error }
  const site = again.value
  const general = site.diagnostics.filter(concernsAll)
  const service = site.services.get(tested)
  if (general.length > 0 || service === undefined) return { problems: general }
  const { rendered, concerned, diagnostics } = await renderSelection(site, adapted, new Set(neededBy(site, tested)))
  const { blocking } = weigh([...site.diagnostics, ...diagnostics], concerned, site.project)
  return blocking.length > 0 ? { problems: blocking } : { site, service, adapted, rendered }
}

/** What was never typed is no place to point at. `file`: of the deployment that no file declares. */
function withoutOwnPlace(problem: Diagnostic, { assignments = [] }: Invocation, file: string | undefined): Diagnostic {
  const { span, ...rest } = problem
  const typed = assignments.length === 0 ? 0 : assignmentsText(assignments).split(/\r\n?|\n/).length
  const isOwn = span?.file === ASSIGNMENTS ? span.start.line > typed : file !== undefined && span?.file === file
  return isOwn ? (rest as Diagnostic) : problem
}

/** What a component of which there are many is tried out as: one more deployment, which nothing else is called like. */
function deploymentOf(
  { components, services }: Project,
  { name: component }: ComponentTestRequest,
): string | undefined {
  if (components.get(component)?.instances !== 'many') return undefined
  const stem = component.slice(0, LONGEST_STEM).replace(/-$/, '')
  let name = `${stem}-test`
  for (let next = 2; components.has(name) || services.has(name); next++) name = `${stem}-test-${next}`
  return name
}

const LONGEST_STEM = 50

/** A service, and all that is started with it. */
const neededBy = ({ graph }: Site, name: string): string[] => [
  ...closure(graph, [name], (edge) => !edge.optional).keys(),
]

/** Why a component cannot be tested at all. */
function untestable(
  { services, project, cluster }: Site,
  invocation: Invocation,
  name: string,
): Diagnostic | undefined {
  const declared = project.services.get(name)
  if (declared === undefined) {
    const known = [...services.keys(), ...project.components.keys()]
    return diagnostic('unknown-service', { name, nearest: nearest(name, known) })
  }
  if (!services.has(name)) {
    const data = { name, nearest: null, excludedFrom: cluster.type }
    return diagnostic('unknown-service', data, { span: declared.clusterTypesSpan })
  }
  // Of another cluster than this machine, nothing is apart but what is called otherwise.
  if (cluster.type === 'local' || invocation.kubeconfig !== undefined) return undefined
  return diagnostic('no-scratch-cluster', { service: name, clusterType: cluster.type }, { service: name })
}

function carrying(checks: Check[], watcher: TestWatcher): Carry {
  return async (name, act) => {
    const begun = systemClock.now()
    watcher.checking(name, begun)
    const verdict = await act()
    const check = { name, verdict, durationMs: systemClock.now() - begun }
    checks.push(check)
    watcher.checked(check)
    return verdict
  }
}
