import type { AreaExplanations } from './explanation.ts'

/** Explains what is wrong with deployments, and with who follows them. */
export const DEPLOYMENT_EXPLANATIONS = {
  'unknown-component': {
    summary: 'a component that is named does not exist',
    cause:
      'A deployment says under `component` of what it is an instance, and `follows` of a service.yaml whose deployments ' +
      'are followed. Both are names of directories under components/.',
    cure:
      'Correct the name; `paictl component list` shows those that there are. `follows` takes components, not single ' +
      'deployments: who needs one of these names it as a prerequisite.',
    example: {
      where: 'cluster-config/deployments/iris.yaml',
      wrong: ['component: model_server'],
      right: ['component: model-server'],
    },
  },
  'single-component': {
    summary: 'a component of which there is one only is deployed or followed',
    cause:
      'Without `instances: many` a component is one service of its own name, which there is in any case. It takes no ' +
      'deployments, and there is no set of them that could change.',
    cure:
      'Where several of it are wanted, write `instances: many` into its service.yaml: what it was itself is then declared ' +
      'as a deployment. Where one is enough, its configuration belongs into services-configuration.yaml, and who needs it ' +
      'names it as a prerequisite.',
    example: {
      where: 'components/model-server/deploy/service.yaml',
      wrong: ['start-script: start.sh'],
      right: ['instances: many', 'start-script: start.sh'],
    },
  },
  'name-taken': {
    summary: 'a deployment is called as a component is',
    cause:
      'Components and deployments share one namespace: `paictl service start web`, a prerequisite and a section of the ' +
      'configuration mean one thing by `web`.',
    cure: 'Rename the file of the deployment. Nothing else holds its name.',
    example: {
      where: 'cluster-config/deployments/',
      wrong: ['model-server.yaml # component: model-server'],
      right: ['iris.yaml # component: model-server'],
    },
  },
  'no-deployments': {
    summary: 'a component is named that has no deployments',
    cause:
      'A component with `instances: many` is no service itself: its name stands for all of its deployments, and none is ' +
      'declared.',
    cure:
      'Declare one with `paictl deployment create`, or in a file of cluster-config/deployments/ that is called as the ' +
      'deployment is to be.',
    example: {
      where: 'cluster-config/deployments/iris.yaml',
      wrong: ['# there is no such file'],
      right: ['component: model-server'],
    },
  },
  'misnamed-deployment': {
    summary: 'a file among the deployments is not read',
    cause:
      'Deployments are the files of cluster-config/deployments/ that end in `.yaml`; the rest of the name is that of the ' +
      'deployment. Another file there declares nothing, and sub-directories are not read.',
    cure: 'Rename it so that it ends in `.yaml`, or move it up. What is no deployment is best kept elsewhere.',
    example: {
      where: 'cluster-config/deployments/',
      wrong: ['iris.yml'],
      right: ['iris.yaml'],
    },
  },
} satisfies AreaExplanations
