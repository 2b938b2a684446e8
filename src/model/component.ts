import type { Service } from './service.ts'

/** What a component's description makes of it: one service of its own name, or what any number of deployments begin as. */
export type Instances = 'one' | 'many'

/** A directory of components/, as its service.yaml describes it. */
export interface Component {
  readonly name: string
  readonly instances: Instances
  /** What it declares, by the component's own name; with `many` it is no node of the graph, but what each deployment begins as. */
  readonly service: Service
}
