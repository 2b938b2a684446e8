import type { AreaExplanations } from './explanation.ts'

/** Explains a command line that cannot be carried out as it is. */
export const REQUEST_EXPLANATIONS = {
  'no-project': {
    summary: 'there is no project here',
    cause:
      'A project is a directory with a paictl.yaml, or with components/. Neither was found in the directory where ' +
      'paictl was called (or that `-C` names), nor in any above it.',
    cure:
      'Go into the project, name it with `-C DIR`, or make one with `paictl init`. To stop or look at a cluster ' +
      'whose project is gone, name the cluster: `paictl clusters` lists them.',
    example: {
      where: 'command line',
      wrong: ['cd / && paictl service list'],
      right: ['paictl -C ~/my-platform service list'],
    },
  },
  'no-names': {
    summary: 'a command was not told which services',
    cause:
      'What changes services never takes all of them for granted: without a name there is nothing to do, and nothing ' +
      'was done.',
    cure:
      "Name services, or patterns and selectors such as `'model-*'`, `tag:x` or `kind:job`. For every service add " +
      '`--all`.',
    example: {
      where: 'command line',
      wrong: ['paictl service stop'],
      right: ['paictl service stop web', 'paictl service stop --all'],
    },
  },
  'unknown-service': {
    summary: 'there is no service of that name',
    cause:
      'A name on the command line is that of no declared service (and, for commands that also work on what was ' +
      'started before, of none that is recorded). All unknown names are reported, and nothing was run for the others ' +
      'either.',
    cure:
      'Use the name that is offered, or one of `paictl service list`. A service exists only on the cluster types ' +
      'that its `cluster-type` lists.',
    example: {
      where: 'command line',
      wrong: ['paictl service start wbe'],
      right: ['paictl service start web'],
    },
  },
  'no-match': {
    summary: 'a selector matches no service',
    cause:
      'A pattern or a selector (`tag:`, `kind:`, `component:`, `state:`) was understood, and no service fits it. To ' +
      'do nothing, and call it success, would hide a misspelt one.',
    cure:
      '`paictl service list` shows names, tags and states. Quote patterns, so that the shell does not fill in names ' +
      'of files.',
    example: {
      where: 'command line',
      wrong: ['paictl service stop tag:gup'],
      right: ['paictl service stop tag:gpu'],
    },
  },
  'bad-option': {
    summary: 'an option or argument cannot be used like this',
    cause: 'An option has a value that it does not take, lacks its value, or makes no sense here.',
    cure:
      'The message says what is expected. `paictl <command> --help` lists the options of a command; docs/commands.md ' +
      'says what they mean.',
    example: {
      where: 'command line',
      wrong: ['paictl service start --all --parallel 0'],
      right: ['paictl service start --all --parallel 4'],
    },
  },
  'unknown-option': {
    summary: 'there is no such option',
    cause:
      'The command does not know the option. Unknown options are never ignored: without its `--dry-run` a misspelt ' +
      'command would do what it was only to show.',
    cure:
      'Use the option that is offered, or see `paictl <command> --help`. What begins with a hyphen and is no option ' +
      'follows `--`.',
    example: {
      where: 'command line',
      wrong: ['paictl service start --all --dryrun'],
      right: ['paictl service start --all --dry-run'],
    },
  },
  'unknown-command': {
    summary: 'there is no such command',
    cause:
      'The word is none of the commands that can stand at this place. Commands about services begin with `service`.',
    cure: 'Use the command that is offered, or one of those listed. `paictl --help` shows all.',
    example: {
      where: 'command line',
      wrong: ['paictl start web'],
      right: ['paictl service start web'],
    },
  },
  'option-conflict': {
    summary: 'options contradict each other',
    cause:
      'Two of the given options ask for different things, or one of them makes the other meaningless. Which one was ' +
      'meant cannot be told, and nothing was run.',
    cure: 'Leave one of them out; the message says how they conflict.',
    example: {
      where: 'command line',
      wrong: ['paictl service stop web --force --with-dependents'],
      right: ['paictl service stop web --with-dependents'],
    },
  },
  'unknown-code': {
    summary: 'there is no such code',
    cause:
      '`paictl explain` was given a code that no problem has. Upper and lower case do not matter, nor does the ' +
      'leading `PAI-`.',
    cure: 'Copy the code from between the brackets of the message. `paictl explain` alone lists all of them.',
    example: {
      where: 'command line',
      wrong: ['paictl explain PAI-cylce'],
      right: ['paictl explain PAI-cycle'],
    },
  },
  'file-exists': {
    summary: 'something is there already',
    cause:
      'What was to be made exists: a project in this directory, or the directory of a component. Nothing is ' +
      'overwritten.',
    cure: 'Choose another name or directory, or move away what is there.',
    example: {
      where: 'command line',
      wrong: ['paictl component new web # there is components/web'],
      right: ['paictl component new web-2'],
    },
  },
  'unknown-template': {
    summary: 'there is no such component template',
    cause: '`paictl component new --template` was given a name that no template has.',
    cure:
      'Use one of the templates that the message lists: `process` for a process that stays, `job` for one that runs ' +
      'to completion, `kubernetes` for an image on a cluster.',
    example: {
      where: 'command line',
      wrong: ['paictl component new train --template jbo'],
      right: ['paictl component new train --template job'],
    },
  },
  'bad-plan': {
    summary: 'a file is no plan',
    cause:
      '`apply --plan FILE` takes what `paictl plan --output json` has printed, whole and unchanged. The file is cut off, ' +
      'empty, or something else; the place is shown. Nothing was done.',
    cure: 'Make the plan again: `paictl plan --output json > plan.json`. What people are shown is not a plan.',
    example: {
      where: 'command line',
      wrong: ['paictl plan > plan.json', 'paictl apply --plan plan.json'],
      right: ['paictl plan --output json > plan.json', 'paictl apply --plan plan.json'],
    },
  },
  'plan-newer': {
    summary: 'a plan was made by a newer paictl',
    cause:
      'The form of plans has a version, and that of this file is newer than what this paictl knows: it might say ' +
      'something that would not be done. Nothing was done.',
    cure: 'Carry it out with the version that made it, or a later one; or make it again with this one.',
    example: {
      where: 'plan.json',
      wrong: ['{"v": 99, "type": "plan", …}'],
      right: ['{"v": 1, "type": "plan", …}'],
    },
  },
} satisfies AreaExplanations
