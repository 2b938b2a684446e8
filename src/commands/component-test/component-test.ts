import type { EndingSignal } from '../../engine/execute/interruption.ts'
import { systemClock } from '../../io/clock.ts'
import type { Check, CheckName, ComponentTest } from '../../model/component-test.ts'
import type { Diagnostic } from '../../model/diagnostic.ts'
import { EXIT, exitCodeOfDiagnostics } from '../../model/exit-code.ts'
import type { Invocation } from '../invocation.ts'
import { stateOf } from '../project/cluster.ts'
import { Bench } from './bench.ts'
import { type Carry, makeChecks } from './checks.ts'
import { configuredPorts, portsInUse } from './ports.ts'
import { type ComponentTestRequest, neededBy, prepareTest } from './preparation.ts'
import { createSurroundings } from './surroundings.ts'

export interface TestBeginning {
  readonly component: string
  /** The deployment whose configuration it has been given; `undefined`: it has its own. */
  readonly like: string | undefined
  readonly cluster: string
  /** The scratch state, absolute. */
  readonly directory: string
}

/** Is told how a test goes on. Times are milliseconds since the epoch. */
export interface TestWatcher {
  begun(about: TestBeginning): void
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
  const prepared = await prepareTest(invocation, request)
  if ('problems' in prepared) return refused(prepared.problems)
  const { site, service, adapted, rendered, like } = prepared
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
    watcher.begun({ component: name, like, cluster: clusterId, directory: scratch.directory })
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
