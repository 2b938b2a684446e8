import { type ArenaComponent, revisionOf } from '../arena-component.ts'

/** What has become of one service, as far as it is needed to tell what paictl has to say and do next. */
export interface ModelService {
  phase: 'never-started' | 'running' | 'completed' | 'failed' | 'stopped'
  held: boolean
  /** Its process runs. */
  up: boolean
  /** Something was kept by it. */
  data: boolean
  /** What it was last started or refreshed with; `undefined` where it never was. */
  applied: ArenaComponent | undefined
  /** Whether that was done to the end. */
  confirmed: boolean
  /** What its data says of the revision that was taken in. */
  revision: string | undefined
  /** How often its data was deleted. */
  generation: number
  /** Of a completed job: the generations of what it stands on. */
  generations: ReadonlyMap<string, number>
}

const NEVER_STARTED: Readonly<ModelService> = {
  phase: 'never-started',
  held: false,
  up: false,
  data: false,
  applied: undefined,
  confirmed: false,
  revision: undefined,
  generation: 0,
  generations: new Map(),
}

/** What must be declared, running, held, completed and kept, without any of paictl's own code. */
export class Model {
  /** By name, prerequisites before their dependents. */
  readonly declared = new Map<string, ArenaComponent>()
  readonly services = new Map<string, ModelService>()
  /** `start web`: scripts that fail. */
  readonly failing = new Set<string>()
  revisions = 1

  of(name: string): ModelService {
    const found = this.services.get(name) ?? { ...NEVER_STARTED }
    this.services.set(name, found)
    return found
  }

  /** What is declared or was started, sorted. */
  names(): string[] {
    const started = [...this.services].filter(([, { phase }]) => phase !== 'never-started').map(([name]) => name)
    return [...new Set([...this.declared.keys(), ...started])].sort()
  }

  kindOf(name: string): 'service' | 'job' {
    return this.of(name).applied?.kind ?? this.declared.get(name)?.kind ?? 'service'
  }

  /** The state that `service status` has to show. */
  stateOf(name: string): string {
    const { phase, held, up } = this.of(name)
    const orphaned = !this.declared.has(name) && (phase === 'running' || phase === 'failed')
    if (orphaned) return 'orphan'
    if (phase === 'stopped') return held ? 'held' : 'stopped'
    if (this.kindOf(name) === 'job' || phase === 'never-started') return phase
    return up ? 'running' : 'failed'
  }

  /** Whether something of it may run, so that what it needs is not taken away. */
  isAlive(name: string): boolean {
    const { phase } = this.of(name)
    return phase === 'running' || (phase === 'failed' && this.kindOf(name) === 'service')
  }

  running(): string[] {
    return [...this.services]
      .filter(([, { up }]) => up)
      .map(([name]) => name)
      .sort()
  }

  states(): Record<string, string> {
    return Object.fromEntries(this.names().map((name) => [name, this.stateOf(name)]))
  }

  /** Whether what is applied is what is declared. */
  isCurrent(name: string): boolean {
    const { applied, confirmed } = this.of(name)
    const declared = this.declared.get(name)
    return confirmed && applied !== undefined && declared !== undefined && sameContent(applied, declared)
  }
}

/** Whether two components have the same files. */
function sameContent(one: ArenaComponent, other: ArenaComponent): boolean {
  const content = (component: ArenaComponent): string =>
    JSON.stringify([revisionOf(component), component.prerequisites, component.refreshes])
  return content(one) === content(other)
}

/** Everything reachable from `names` along `next`, the names included. */
export function reach(names: Iterable<string>, next: (name: string) => readonly string[]): Set<string> {
  const reached = new Set(names)
  for (const name of reached) for (const other of next(name)) reached.add(other)
  return reached
}
