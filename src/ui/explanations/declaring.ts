import type { AreaExplanations } from './explanation.ts'

/** Explains what keeps a deployment from being declared, changed or taken away. */
export const DECLARING_EXPLANATIONS = {
  'unknown-deployment': {
    summary: 'no deployment is called like this',
    cause:
      'A deployment is declared by its file, `cluster-config/deployments/<name>.yaml`, and known by that name. A component ' +
      'of which there is one is a service without such a file, and is changed in services-configuration.yaml.',
    cure: '`paictl deployment list` shows the deployments that there are, also those whose file is gone but that still run.',
    example: {
      where: 'command line',
      wrong: ['paictl deployment update irs --set version=2'],
      right: ['paictl deployment update iris --set version=2'],
    },
  },
  'deployment-exists': {
    summary: 'a deployment of this name exists, and is declared otherwise',
    cause:
      '`paictl deployment create` can be repeated: where the deployment is declared just so, it is only started. Here it ' +
      'is declared with another component or other values, which are said beside those asked for, and nothing was changed.',
    cure: 'Change it with `paictl deployment update`, or create yours under another name.',
    example: {
      where: 'command line',
      wrong: ['paictl deployment create iris --component model-server --set version=2'],
      right: ['paictl deployment update iris --set version=2'],
    },
  },
  'deployments-moving': {
    summary: 'other commands write deployments all the time',
    cause:
      'What a command writes into the file of a deployment, a port above all, holds only beside what all the others say. ' +
      'So it decides anew whenever another command has written meanwhile, a hundred times, or as long as `--wait-lock` ' +
      'says. Each time another one was faster.',
    cure: 'Try it again, or give it longer. Nothing was changed.',
    example: {
      where: 'command line',
      wrong: ['paictl deployment create iris --component model-server --wait-lock 0s'],
      right: ['paictl deployment create iris --component model-server --wait-lock 10m'],
    },
  },
  'name-in-use': {
    summary: 'another component may still run under the name of a deployment',
    cause:
      'A service that was started under this name, and is no longer declared, may still run. It is another component’s: it ' +
      'would be taken for the new deployment, which it is not.',
    cure: 'Delete what runs with `paictl service delete`, or create the deployment under another name.',
    example: {
      where: 'command line',
      wrong: ['paictl deployment create iris --component model-server'],
      right: ['paictl service delete iris', 'paictl deployment create iris --component model-server'],
    },
  },
  'still-needed': {
    summary: 'what is to be deleted is named as a prerequisite',
    cause:
      'Another deployment, or a component, names it under `prerequisite`. With its file gone they would name nothing, and ' +
      'nothing that needs them could be started.',
    cure: 'Take the name out there first, or delete both in one command. `--force` deletes it even so.',
    example: {
      where: 'command line',
      wrong: ['paictl deployment delete iris'],
      right: ['paictl deployment delete iris front'],
    },
  },
  'missing-values': {
    summary: 'a deployment lacks values that its component requires',
    cause:
      "The component's schema requires them, has no default for them, and neither its defaults nor the cluster's " +
      'configuration give them. Nobody was asked for them: there is no terminal, or `--yes` or `--dry-run` was given.',
    cure:
      'Give each with `--set key=value`, or all of them in a file with `--config`. Of a secret, give where it is: ' +
      '`${env:NAME}` or `${file:path}`, so that the file of the deployment can be shared.',
    example: {
      where: 'command line',
      wrong: ['paictl deployment create iris --component model-server'],
      right: ['paictl deployment create iris --component model-server --set model=iris'],
    },
  },
  'port-taken': {
    summary: 'two services are given the same port',
    cause:
      'Their schemas say with `x-paictl-port-range` that the key is a port of its own, and both have the same one: ' +
      'whichever starts second would find it in use.',
    cure:
      'Give one of them another port. `paictl deployment create` chooses the lowest of the range that no declared service ' +
      'uses, and writes it down.',
    example: {
      where: 'cluster-config/deployments/wine.yaml',
      wrong: ['component: model-server', 'config:', '  port: 9501   # that of iris'],
      right: ['component: model-server', 'config:', '  port: 9502'],
    },
  },
  'no-free-port': {
    summary: 'all ports of a range are used',
    cause:
      'The key is given a port of the range that the schema says with `x-paictl-port-range`. Each of them is a value in ' +
      'the configuration of some declared service, whether or not it runs.',
    cure: 'Delete deployments that are no longer needed, widen the range in the schema, or give a port with `--set`.',
    example: {
      where: 'components/model-server/config/model-server.schema.json',
      wrong: ['"x-paictl-port-range": [9501, 9502]'],
      right: ['"x-paictl-port-range": [9501, 9599]'],
    },
  },
  'cannot-edit': {
    summary: 'a value is written in a way that cannot be changed alone',
    cause:
      '`paictl deployment update` changes single values and leaves all else as it is. A value with an anchor is that of ' +
      'others too, an alias is the value of another place, and a tag says how to read what follows. Below a text or a ' +
      'list there are no keys.',
    cure: 'Change the file in an editor; `paictl validate` says whether it is sound.',
    example: {
      where: 'cluster-config/deployments/iris.yaml',
      wrong: ['config:', '  host: &here 127.0.0.1', '  admin: *here'],
      right: ['config:', '  host: 127.0.0.1', '  admin: 127.0.0.1'],
    },
  },
  'nothing-to-unset': {
    summary: 'a value was to be removed that the file does not have',
    cause:
      "`--unset` removes a key from the `config` of the deployment's file. What a value comes from is shown by " +
      '`paictl config show <name> --provenance`: defaults of the component, and sections of services-configuration.yaml, ' +
      "are not the deployment's own.",
    cure: 'Check the name. If the key was removed before, all is well.',
  },
  'hidden-value': {
    summary: "a value in a deployment's file has no effect",
    cause:
      'The section of services-configuration.yaml that is named as the deployment, overlays and `--set` are laid on what its ' +
      'own file says. They give this value, so that what was written into the file is not used.',
    cure: 'Remove the value there, so that the one of the file counts, or change it there.',
    example: {
      where: 'cluster-config/services-configuration.yaml',
      wrong: ['iris:', '  version: 1   # hides that of deployments/iris.yaml'],
      right: ['# version is in deployments/iris.yaml'],
    },
  },
  'unwritable-file': {
    summary: 'a file of the project cannot be written',
    cause: 'The command declares or changes something in the project, and its file cannot be written there.',
    cure: 'Check who may write to the directory, and whether there is room. What was there before is as it was.',
  },
  'unremovable-file': {
    summary: 'a file of the project cannot be removed',
    cause:
      'The file of a deployment is removed last, when the deployment is stopped and deleted. Its directory may not be written ' +
      'to; that is looked at before anything is run.',
    cure: 'Check who may write to the directory of the file. Nothing was stopped or deleted, unless that changed meanwhile.',
  },
} satisfies AreaExplanations
