import { isPortFree } from '../../io/scratch/free-port.ts'
import { listeningSockets } from '../../io/scratch/listening-ports.ts'
import type { Scratch } from '../../io/scratch/scratch.ts'
import { changesOf, snapshotOf, type TreeSnapshot } from '../../io/scratch/tree-snapshot.ts'
import type { ChangedFile, SeenProcess } from '../../model/component-test.ts'

/** What is around a component, and is to be afterwards as it was before. */
export interface Surroundings {
  /** Looks at how it is before the component is started. */
  begin(): void
  /** What these processes listen on is the component's. */
  notePorts(processes: readonly SeenProcess[]): void
  /** The ports of the component, as far as they are known. */
  ports(): number[]
  /** Those of them that somebody listens on now, and nobody did before. */
  heldPorts(): Promise<number[]>
  changedFiles(): ChangedFile[]
}

export interface SurroundingsOptions {
  /** The project's root. */
  readonly project: string
  readonly scratch: Scratch
  /** Those that its configuration names. */
  readonly ports: readonly number[]
  /** Directories whose content is nobody's concern, absolute. */
  readonly without: readonly string[]
}

const PLACES = ['project', 'home', 'tmp'] as const
type Place = (typeof PLACES)[number]

/** What tools keep for themselves, in any project. */
const NEVER_LOOKED_AT = ['.git', 'node_modules']

export function createSurroundings({ project, scratch, ports, without }: SurroundingsOptions): Surroundings {
  const directories: Readonly<Record<Place, string>> = { project, home: scratch.home, tmp: scratch.tmp }
  const look = (place: Place): TreeSnapshot =>
    snapshotOf(directories[place], { without: [...without, ...NEVER_LOOKED_AT] })
  const before = new Map<Place, TreeSnapshot>()
  const known = new Set(ports)
  let listened: ReadonlySet<number> = new Set()
  return {
    begin() {
      for (const place of PLACES) before.set(place, look(place))
      listened = new Set(listeningSockets().values())
    },
    notePorts(processes) {
      for (const { ports: open } of processes) for (const port of open) known.add(port)
    },
    ports: () => [...known].filter((port) => !listened.has(port)).sort((a, b) => a - b),
    async heldPorts() {
      const held: number[] = []
      for (const port of this.ports()) if (!(await isPortFree(port))) held.push(port)
      return held
    },
    changedFiles: () =>
      PLACES.flatMap((place) => {
        const changes = changesOf(before.get(place) ?? new Map(), look(place))
        return changes.map((change): ChangedFile => ({ place, ...change }))
      }),
  }
}
