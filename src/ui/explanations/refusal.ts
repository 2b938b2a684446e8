import type { AreaExplanations } from './explanation.ts'

/** Explains what could be done, but not like this. */
export const REFUSAL_EXPLANATIONS = {
  locked: {
    summary: 'another command is at work on these services, or relies on them',
    cause:
      'Each command holds the services that it acts on, so that no two commands start and stop the same one, and those ' +
      'that it relies on, so that nobody stops them under it. It gives them back one by one, as it is done with them. ' +
      'Commands about other services go on side by side; commands that only look (`status`, `list`, `logs`) never wait. ' +
      'The owner is shown: its process, machine and command, and since when. A command that has ended without saying ' +
      'so, on this machine, is noticed, and does not stand in the way.',
    cure:
      'Wait for it: `--wait-lock 30s` does so. If it is stuck, end its process; what it was doing is then shown as ' +
      'interrupted. Of a process on another machine that shares the state directory nobody can tell whether it still ' +
      'runs: look there, and if it is gone, `paictl unlock` takes away what it holds.',
    example: {
      where: 'command line',
      wrong: ['paictl service start web'],
      right: ['paictl service start web --wait-lock 30s'],
    },
  },
  'owner-alive': {
    summary: 'what a living command holds is not taken away',
    cause:
      '`paictl unlock` is for what commands hold that are gone, and the process that holds this is at work on this ' +
      'machine. Without what it holds, nothing would keep the next command from acting on the same services while its ' +
      'scripts still run.',
    cure:
      'Wait for it, or end it (Ctrl-C, or `kill` with its process number): what it held is free then, without `unlock`. ' +
      'At a terminal, `paictl unlock` asks whether to go on even so; with `--yes`, add `--force`.',
    example: {
      where: 'command line',
      wrong: ['paictl unlock web --yes'],
      right: ['paictl service stop web --wait-lock 30s'],
    },
  },
  'lease-lost': {
    summary: 'what this command held was taken away before it began',
    cause:
      'A command holds the services that it acts on from before it looks at them, so that its plan is true until it is ' +
      'carried out. While it was looking, `paictl unlock` took that away, or the file that says who holds what was ' +
      'damaged and set aside. Somebody else may be at work on these services by now. Nothing was run.',
    cure: 'Run it again: it looks anew. `paictl unlock` is only for what commands have left that are no longer there.',
  },
  'cluster-taken': {
    summary: 'the cluster belongs to another project',
    cause:
      'The state of a cluster is found by its cluster-id, and under this id another project directory has started ' +
      'services. To go on would stop, replace or delete what is not yours. A project without a cluster-id takes the ' +
      'name of its directory, so that two clones of the same name meet here.',
    cure:
      'Give this project an id of its own in `cluster.common.cluster-id` of services-configuration.yaml. If it is ' +
      'the same project, moved to another directory, add `--take-over` once.',
    example: {
      where: 'cluster-config/services-configuration.yaml',
      wrong: ['# without a cluster-id: the name of the directory'],
      right: ['cluster:', '  common:', '    cluster-id: my-platform-staging'],
    },
  },
  foreign: {
    summary: 'something that was not started from here answers',
    cause:
      "The probe of the service was answered before it was ever started by this cluster's state: something else " +
      'listens on its port, or it was started by hand or from another state directory. A start would fail, or two ' +
      'would work on the same data.',
    cure:
      'Find out what answers (`ss -ltnp` shows who listens on which port), and end it, or give the service another ' +
      'port. If it is the service itself, take it over with `--adopt`: it then counts as started from here.',
    example: {
      where: 'command line',
      wrong: ['paictl service start web'],
      right: ['paictl service start web --adopt'],
    },
  },
  'dependents-running': {
    summary: 'running services still need what is to be stopped',
    cause:
      'Services that need this one have not been stopped, and are not among those that are to be. They would lose ' +
      'under their feet what they rely on. Each is listed with its state; what is held, stopped or was never started ' +
      "is in nobody's way, and optional prerequisites do not count.",
    cure:
      'Stop them, too: `--with-dependents` does so first, in the right order. `--force` stops the named service all ' +
      'the same, and leaves the others running without it.',
    example: {
      where: 'command line',
      wrong: ['paictl service stop store'],
      right: ['paictl service stop store --with-dependents'],
    },
  },
  'follower-not-refreshed': {
    summary: 'who follows a deployment would go on without knowing that it is gone',
    cause:
      'A running service follows the deployment (`follows` in its service.yaml) and knows of it. Before a deployment is ' +
      'stopped or deleted, those that follow it are refreshed, so that they never route to what is gone. This one cannot ' +
      'be: it is no longer in the project, the project is not valid as far as it is concerned, or nobody knows whether ' +
      'it runs. As a warning: it was left as it was, because that was asked for with `-k` or `--force`.',
    cure:
      'Mend what is named, and run the command again; or stop the follower too, by naming it. `--force` ends the ' +
      'deployment all the same, and leaves the follower as it is.',
    example: {
      where: 'command line',
      wrong: ['paictl service stop iris # while the templates of ingress, which follows it, are broken'],
      right: ['paictl service stop iris --force'],
    },
  },
  'delete-interrupted': {
    summary: 'the delete of a service was interrupted',
    cause:
      'A delete writes down that it was begun, before it does anything. It was ended in the midst of it, by Ctrl-C, a ' +
      'crash or a reboot: some of the data of the service may be gone. A start would bring it back as if it had been ' +
      'asked for, and empty.',
    cure:
      'Finish the delete: `paictl service delete NAME`, or `paictl resume` for all of the run that was interrupted. ' +
      'After that it can be started again, from nothing.',
    example: {
      where: 'command line',
      wrong: ['paictl service start store # its delete was interrupted'],
      right: ['paictl service delete store', 'paictl service start store'],
    },
  },
  'port-in-use': {
    summary: 'a port that a test needs is in use',
    cause:
      '`component test` starts a component, and what it needs, beside whatever is at work on the machine. A port that ' +
      'one of them is configured with is listened on already: by a service of the running platform, or by another ' +
      'process, which is named. Nothing was done.',
    cure:
      'Have the test use another port with `--set` or `--overlay`, which change nothing in the project. A key whose ' +
      'schema has `x-paictl-port-range: [9501, 9599]` is given a free port of that range by itself.',
    example: {
      where: 'command line',
      wrong: ['paictl component test web # and web is running'],
      right: ['paictl component test web --set web.port=9600'],
    },
  },
  'no-scratch-cluster': {
    summary: 'a test would be made on a cluster that is at work',
    cause:
      'A scratch state is apart from all else on this machine. What scripts do to another cluster, by kubectl for ' +
      'example, they do to that very cluster: the test would start, kill and delete what runs there. Nothing was done.',
    cure:
      'Name a cluster that is there to be tested on with `-c FILE`, or set `cluster.common.cluster-type` to `local` ' +
      'where the component runs on it.',
    example: {
      where: 'command line',
      wrong: ['paictl component test web # cluster-type: k8s'],
      right: ['paictl component test web -c test-cluster.kubeconfig'],
    },
  },
  'plan-outdated': {
    summary: 'a saved plan no longer holds',
    cause:
      'A plan that was saved is carried out as it is, or not at all. Since it was made, something that it rests on has ' +
      'moved: what the project declares (a file, a value, a service more or less), what is true of a service, or who ' +
      'has started, refreshed or stopped it. Each service is named with what has moved. Nothing was done.',
    cure: 'Make the plan again, look at it again, and carry that one out.',
    example: {
      where: 'command line',
      wrong: ['paictl apply --plan plan.json --yes # web was changed since'],
      right: ['paictl plan --output json > plan.json', 'paictl apply --plan plan.json --yes'],
    },
  },
  'plan-elsewhere': {
    summary: 'a saved plan was made for another cluster',
    cause: 'The plan names the cluster that it was made for, and the project describes another one. Nothing was done.',
    cure: 'Go to the project that the plan was made in (`-C DIR`), or make a plan here.',
    example: {
      where: 'command line',
      wrong: ['paictl -C staging apply --plan production.json'],
      right: ['paictl -C production apply --plan production.json'],
    },
  },
  'skipped-not-running': {
    summary: 'a skipped service is needed and does not run',
    cause:
      '`-k NAME` leaves a service untouched, and something that is selected needs it. That is possible only while it ' +
      'runs (a job: is completed), and it does not.',
    cure: 'Start it first, or leave out the `-k`, so that it is started along.',
    example: {
      where: 'command line',
      wrong: ['paictl service start web -k store # store is stopped'],
      right: ['paictl service start web'],
    },
  },
  unconfirmed: {
    summary: 'a deletion, or a plan, was not confirmed',
    cause:
      'What cannot be undone is asked for first: y/N for some services, the cluster-id typed for all of them and for ' +
      'those that are `protected`. So is what `paictl apply` has planned. The answer was no, or there is no terminal to ask at, as in a script or in CI. ' +
      'Nothing was done.',
    cure: 'Answer the question, or add `--yes` where nobody can be asked. `--dry-run` shows what would be done.',
    example: {
      where: 'command line',
      wrong: ['paictl service delete web < /dev/null'],
      right: ['paictl service delete web --yes'],
    },
  },
  'applied-differs': {
    summary: 'a service is ended by an older script than that of the project',
    cause:
      'A warning. Services are stopped and deleted by the scripts that they were started with, since only these know ' +
      'what was begun. The script in the project has changed since then, and the older one is what is run.',
    cure:
      'Mostly nothing is to be done. If the older script is the faulty one that you have just corrected, add ' +
      "`--from-tree`: then the project's script is run. A `refresh` or `restart` brings the new scripts to a service " +
      'that stays.',
    example: {
      where: 'command line',
      wrong: ['paictl service stop web'],
      right: ['paictl service stop web --from-tree'],
    },
  },
  'values-taken-back': {
    summary: 'values from the command line would be taken back',
    cause:
      'A warning. The service was last started or refreshed with values from the command line (`--set`, ' +
      '`--overlay`). They hold for that run only; this one is not given them, so that the service gets back what its ' +
      'files say.',
    cure:
      'To keep the values, give them again, or write them into services-configuration.yaml or into an overlay that ' +
      'paictl.yaml lists, where they last.',
    example: {
      where: 'command line',
      wrong: ['paictl service start web --set web.port=9090', 'paictl service refresh web'],
      right: ['paictl service start web --set web.port=9090', 'paictl service refresh web --set web.port=9090'],
    },
  },
} satisfies AreaExplanations
