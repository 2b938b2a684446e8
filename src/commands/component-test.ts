import { ASSIGNMENTS, assignmentsText } from '../config/cluster/overlays.ts'
import { nearest } from '../config/nearest.ts'
import type { EndingSignal } from '../engine/execute/interruption.ts'
import { closure } from '../engine/graph.ts'
import { systemClock } from '../io/clock.ts'
import type { Check, CheckName, ComponentTest } from '../model/component-test.ts'
import { type Diagnostic, diagnostic } from '../model/diagnostic.ts'
import { EXIT, exitCodeOfDiagnostics } from '../model/exit-code.ts'
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
  readonly name: string
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
  const prepared = await prepare(invocation, request.name)
  if ('problems' in prepared) return refused(prepared.problems.map((one) => withoutOwnPlace(one, invocation)))
  const { site, service, adapted } = prepared
  const names = neededBy(site, service.name)
  const inUse = await portsInUse(site, invocation, configuredPorts(site, names))
  if (inUse.length > 0) return refused(inUse)

  const { name, keep } = request
  const { settings } = site.project
  const bench = new Bench(adapted, service.name, (signal) => watcher.interrupted(signal))
  const surroundings = createSurroundings({
    project: settings.root,
    scratch: bench.scratch,
    ports: configuredPorts(site, [service.name]).map(({ port }) => port),
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
}

interface Unprepared {
  readonly problems: readonly Diagnostic[]
}

/** The project as it will be tested, or all that keeps the component from being started. */
async function prepare(invocation: Invocation, name: string): Promise<Prepared | Unprepared> {
  const project = openProject(invocation)
  if (!project.ok) return { problems: [project.error] }
  const triedOut = deploymentOf(project.value, name)
  const drafts = new Map(triedOut === undefined ? [] : [[triedOut, `component: ${name}\n`]])
  const extended = { ...invocation, drafts }
  const opened = await openSite(extended)
  if (!opened.ok) return { problems: opened.error }
  const tested = triedOut ?? name
  const problem = untestable(opened.value, invocation, tested)
  if (problem !== undefined) return { problems: [problem] }
  const ports = await freePorts(opened.value, neededBy(opened.value, tested))
  const adapted: Invocation = { ...extended, assignments: [...(invocation.assignments ?? []), ...ports] }
  const again = await openSite(adapted)
  if (!again.ok) return { problems: again.error }
  const site = again.value
  const problems = await problemsOf(site, adapted, tested)
  const service = site.services.get(tested)
  return problems.length > 0 || service === undefined ? { problems } : { site, service, adapted }
}

/** What was never typed is no place to point at. */
function withoutOwnPlace(problem: Diagnostic, { assignments = [] }: Invocation): Diagnostic {
  const { span, ...rest } = problem
  const typed = assignments.length === 0 ? 0 : assignmentsText(assignments).split(/\r\n?|\n/).length
  return span?.file === ASSIGNMENTS && span.start.line > typed ? (rest as Diagnostic) : problem
}

/** What a component of which there are many is tried out as: one more deployment, which nothing else is called like. */
function deploymentOf({ components, services }: Project, component: string): string | undefined {
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

/** All that keeps a service from being started. */
async function problemsOf(site: Site, invocation: Invocation, name: string): Promise<readonly Diagnostic[]> {
  const general = site.diagnostics.filter(concernsAll)
  if (general.length > 0) return general
  const rendering = await renderSelection(site, invocation, new Set(neededBy(site, name)))
  return weigh([...site.diagnostics, ...rendering.diagnostics], rendering.concerned, site.project).blocking
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
