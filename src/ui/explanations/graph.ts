import type { AreaExplanations } from './explanation.ts'

/** Explains what is wrong with the service graph. */
export const GRAPH_EXPLANATIONS = {
  'unknown-prerequisite': {
    summary: 'a prerequisite is not a service',
    cause:
      'A service needs another one that no component declares: its name is misspelt, or it has been renamed or ' +
      'removed. An optional prerequisite has to exist as well; it is optional whether it is started.',
    cure:
      'Correct the name: the message offers the nearest one, and `paictl service list` shows all. A component is ' +
      'found by the name of its directory, and only when that has a deploy/service.yaml.',
    example: {
      where: 'components/web/deploy/service.yaml',
      wrong: ['prerequisite: [stoer]'],
      right: ['prerequisite: [store]'],
    },
  },
  'self-prerequisite': {
    summary: 'a service needs itself',
    cause: 'The service is among its own prerequisites. It would have to be ready before it may start.',
    cure: 'Take its own name out of the list. It is mostly left from a description that was copied.',
    example: {
      where: 'components/web/deploy/service.yaml',
      wrong: ['prerequisite: [web, store]'],
      right: ['prerequisite: [store]'],
    },
  },
  'duplicate-prerequisite': {
    summary: 'a prerequisite is named twice',
    cause: 'The same prerequisite is given twice, perhaps once as optional and once not, which contradict each other.',
    cure: 'Take one of them out. Keep `{service: x, optional: true}` if the service can do without it.',
    example: {
      where: 'components/web/deploy/service.yaml',
      wrong: ['prerequisite:', '  - store', '  - {service: store, optional: true}'],
      right: ['prerequisite:', '  - store'],
    },
  },
  'excluded-prerequisite': {
    summary: 'a prerequisite does not exist on this cluster type',
    cause:
      "A service that exists on the cluster type of this cluster needs one that does not: that one's `cluster-type` " +
      'leaves it out. The cluster type is `cluster.common.cluster-type` of services-configuration.yaml, and `local` ' +
      'where that says nothing.',
    cure:
      'Make the prerequisite optional where the service can do without it: on other cluster types it still orders ' +
      'the two. Or add the cluster type to the `cluster-type` of the prerequisite, or give the dependent one a ' +
      '`cluster-type` without it.',
    example: {
      where: 'components/web/deploy/service.yaml',
      wrong: ['prerequisite: [gpu-driver] # cluster-type: [k8s]'],
      right: ['prerequisite:', '  - {service: gpu-driver, optional: true}'],
    },
  },
  cycle: {
    summary: 'services need each other in a cycle',
    cause:
      'Each of these services waits until the next is ready, and the last one waits for the first: none can ever ' +
      'start. Every edge of the cycle is shown with the line that makes it; for each edge that lies on cycles, a ' +
      'shortest one is shown. A cycle is never broken silently, since only you know which of the edges can go. ' +
      'Optional prerequisites order as well, and close a cycle like any other.',
    cure:
      'Take one edge out. Ask of each whether the service needs the other to *start*, or only later, while it works: ' +
      'what it needs later is no prerequisite, and it may wait for it or try again. Where two services really need a ' +
      'part of each other, put that part into a third one that both need.',
    example: {
      where: 'components/web/deploy/service.yaml',
      wrong: ['# store has `prerequisite: [web]`', 'prerequisite: [store]'],
      right: ['# store no longer needs web: it announces itself once web is there', 'prerequisite: [store]'],
    },
  },
  'more-cycles': {
    summary: 'there are more cycles than are shown',
    cause:
      'Services that need each other crosswise lie on very many cycles. At most 20 are shown, and the others ' +
      'counted, as far as that takes no longer than it is worth; the services that lie on those others alone are ' +
      'named.',
    cure: 'Break those that are shown; mostly the others go with them. `paictl graph` draws what needs what.',
  },
} satisfies AreaExplanations
