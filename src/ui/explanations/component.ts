import type { AreaExplanations } from './explanation.ts'

/** Explains what is wrong with one component's directory. */
export const COMPONENT_EXPLANATIONS = {
  'bad-name': {
    summary: 'a name is not safe as a path and a label',
    cause:
      'The name of a component is the name of its directory. It becomes part of paths, of names in a cluster, of ' +
      'sections of the configuration and of commands that people type, so that it may hold nothing that is special ' +
      'to one of them: at most 63 lower-case letters, digits and hyphens, with a letter or digit first and last.',
    cure:
      'Rename the directory under components/. Rename with it what is named after it: config/<name>.yaml, its ' +
      'section of services-configuration.yaml, and the prerequisites of others.',
    example: {
      where: 'command line',
      wrong: ['paictl component new Model_Server'],
      right: ['paictl component new model-server'],
    },
  },
  'missing-file': {
    summary: 'a file that is named does not exist',
    cause:
      'A script of service.yaml is not under deploy/, a file of its `template-list` has no template, an overlay is ' +
      'not there, or the directory given with `-p` holds no cluster configuration. As a warning: no file matches a ' +
      'glob of `inputs`, so that no change of it is ever noticed. Paths in service.yaml count from deploy/ (those of ' +
      '`inputs` from the component), and upper and lower case differ.',
    cure:
      'Correct the path, or create the file. A script may be rendered: `start-script: start.sh` is satisfied by ' +
      'start.sh.template. A `template-list` names what is rendered, without the ending `.template`.',
    example: {
      where: 'components/web/deploy/service.yaml',
      wrong: ['template-list: [settings.json.template]'],
      right: ['template-list: [settings.json]'],
    },
  },
  'not-a-file': {
    summary: 'something that has to be a file is none',
    cause:
      'Where a file is expected there is a directory, a socket, a pipe or a device. Of these nothing can be copied, ' +
      'rendered or run.',
    cure:
      'Name the file itself, or remove what is in its place. Sockets and pipes that a running service makes belong ' +
      'into `PAICTL_RUN_DIR`, and not under deploy/.',
    example: {
      where: 'components/web/deploy/service.yaml',
      wrong: ['start-script: scripts # a directory'],
      right: ['start-script: scripts/start.sh'],
    },
  },
  'no-service-file': {
    summary: 'a component lacks its service.yaml',
    cause:
      'A directory under components/ has a deploy/ directory in which there is no service.yaml. Where a file of nearly ' +
      'that name lies in it, which is never read, it is an error; else a warning, as the directory may be none of ' +
      "paictl's concern.",
    cure:
      'Rename the file to service.yaml, or write one: a single key is enough. A directory that is to be no component ' +
      'is best kept outside of components/.',
    example: {
      where: 'components/web/deploy/',
      wrong: ['service.yml', 'start.sh'],
      right: ['service.yaml', 'start.sh'],
    },
  },
  'escaping-path': {
    summary: 'a path leads out of its directory',
    cause:
      'A path of service.yaml is absolute, or leaves with `..` the directory that it counts from. What is staged, ' +
      'rendered and fingerprinted is what is in that directory, so that a service is stopped by the scripts that it ' +
      'was started with, wherever the project is by then.',
    cure:
      'Move the file below deploy/ (for `inputs`: below the component), and name it relative to it. To run something ' +
      'from elsewhere, write a script under deploy/ that does so: at run time, relative paths that leave deploy/ ' +
      'reach the files of the project.',
    example: {
      where: 'components/web/deploy/service.yaml',
      wrong: ['start-script: ../bin/start.sh'],
      right: ['start-script: start.sh'],
      note:
        'In deploy/start.sh: `exec ../bin/start.sh`. With `inputs: [bin/**]` a change of it counts as a change of ' +
        'the service.',
    },
  },
  'escaping-link': {
    summary: 'a symbolic link leads out of the component',
    cause:
      'A file of the component is a symbolic link to something outside of it. What it leads to could change, or be ' +
      'gone, without the component having changed; and a component that was checked out from elsewhere could read ' +
      'any file of this machine.',
    cure:
      'Put the file itself into the component, or let a script fetch it when it runs. Links to files of the same ' +
      'component are fine. What several components share is best made by one of them, and named in its `outputs`.',
    example: {
      where: 'components/web/deploy/',
      wrong: ['ln -s /etc/ssl/certs/ca.pem ca.pem'],
      right: ['cp /etc/ssl/certs/ca.pem ca.pem'],
    },
  },
  'duplicate-service': {
    summary: 'two components are the same directory',
    cause:
      'Of two entries under components/ one is a symbolic link to the other. They would be two services that run the ' +
      'same scripts on the same files.',
    cure:
      'Remove the link. Where two services are wanted, copy the directory, and give the copy a configuration of its ' +
      'own.',
    example: {
      where: 'components/',
      wrong: ['ln -s web web-canary'],
      right: ['cp -r web web-canary'],
    },
  },
  'duplicate-template': {
    summary: 'two templates are rendered to the same file',
    cause:
      'The `template-list` names one file twice, perhaps in two spellings (`a.conf` and `./a.conf`). Only one of the ' +
      'results could stay.',
    cure: 'Take one of the two entries out: each file is listed once, without `./` before it.',
    example: {
      where: 'components/web/deploy/service.yaml',
      wrong: ['template-list: [web.conf, ./web.conf]'],
      right: ['template-list: [web.conf]'],
    },
  },
  'template-target-exists': {
    summary: 'a template would overwrite a file',
    cause:
      'Under deploy/ there is a file, and beside it a template that is rendered to the same name. One of them would ' +
      'be lost without a word.',
    cure:
      'Keep the one that is meant. Often the file is what an earlier tool, or a test by hand, rendered from the ' +
      'template: delete it then. Otherwise rename the template.',
    example: {
      where: 'components/web/deploy/',
      wrong: ['web.conf', 'web.conf.template'],
      right: ['web.conf.template'],
    },
  },
  'unlisted-template': {
    summary: 'a template is not in the template-list',
    cause:
      'A warning. service.yaml has a `template-list`, and so only what is listed there is rendered. Under deploy/ ' +
      'there is a further file that ends in `.template`: whoever waits for its result will not find it.',
    cure:
      'Add its name, without `.template`, to the list. Or leave out `template-list` altogether: then every ' +
      '`*.template` under deploy/ is rendered.',
    example: {
      where: 'components/web/deploy/service.yaml',
      wrong: ['template-list: [a.conf] # there is b.conf.template, too'],
      right: ['template-list: [a.conf, b.conf]'],
    },
  },
  'no-stop-script': {
    summary: 'a service cannot be stopped',
    cause:
      'A warning. The service has a start-script and no stop-script. A stop of it does nothing, and fails where its ' +
      'probe still answers; `restart`, and `refresh` without a refresh-script, have to stop it as well.',
    cure:
      'Name a script that ends what the start-script began and returns when it is gone. A job needs none: its start ' +
      'runs to completion. Where there is nothing to stop, say so with a script that does nothing.',
    example: {
      where: 'components/web/deploy/service.yaml',
      wrong: ['start-script: start.sh'],
      right: ['start-script: start.sh', 'stop-script: stop.sh'],
      note: 'In stop.sh, for a start.sh that wrote down its process: `kill "$(cat "$PAICTL_RUN_DIR/pid")"`.',
    },
  },
  'no-probe': {
    summary: 'nobody can tell whether a service runs',
    cause:
      'A warning. The service has a start-script, and nothing that can be asked afterwards. It is taken for ready as ' +
      'soon as its start-script has ended; dependents start although it may not answer yet, `status` believes what ' +
      'was written down, and every `start` runs the script again. A `readiness` of the kind `log` is awaited once, ' +
      'and cannot be asked later.',
    cure:
      'Add a `status-script` (exit code 0: it runs, 3: it does not, 1: it has died), or a `readiness` probe of the ' +
      'kind `http`, `tcp` or `script`.',
    example: {
      where: 'components/web/deploy/service.yaml',
      wrong: ['start-script: start.sh', 'stop-script: stop.sh'],
      right: ['start-script: start.sh', 'stop-script: stop.sh', 'readiness:', '  tcp: 8080'],
    },
  },
} satisfies AreaExplanations
