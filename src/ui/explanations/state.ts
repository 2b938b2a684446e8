import type { AreaExplanations } from './explanation.ts'

/** Explains what is wrong with what paictl keeps of a cluster. */
export const STATE_EXPLANATIONS = {
  'state-newer': {
    summary: 'the state was written by a newer paictl',
    cause:
      'Every file of the state carries the version of its form, and this one has a later version than this paictl ' +
      'knows. To write into it could destroy what the newer one relies on. Nothing was changed.',
    cure:
      'Use the version of paictl that wrote it, or a later one. In a project with a package.json, `npx paictl` takes ' +
      'the version that the project pins. Another state can be used beside it with `--state-dir DIR`.',
  },
  'state-corrupt': {
    summary: 'a file of the state is damaged',
    cause:
      'A file that paictl keeps about the cluster is no JSON, or lacks what it must have: it was edited, or the disk ' +
      'lost a part of it. paictl replaces its files whole, so that its own interruption does not do this. The file ' +
      'is kept under the name that the message gives, and what it said counts as unknown.',
    cure:
      'Look with `paictl service status`: services with a probe are asked, and known again. Start anew what is ' +
      'unknown, or restore the file from a backup in place of the damaged one.',
  },
  'state-unwritable': {
    summary: 'a file cannot be read or written where it has to be',
    cause:
      'paictl has to keep state, logs and copies, or was to make a file, and the system refused: the permission is ' +
      'missing, the disk is full, the file system is read-only, or a file stands where a directory should be. The ' +
      'message gives the path and the reason.',
    cure:
      'Check the permissions and the free space (`df -h`). The state is in `~/.local/state/paictl` unless ' +
      '`--state-dir`, `PAICTL_STATE_DIR` or `state` of paictl.yaml names another place; whoever runs paictl with ' +
      'sudo once leaves files there that others cannot write.',
    example: {
      where: 'command line',
      wrong: ['sudo paictl service start web'],
      right: ['paictl service start web'],
    },
  },
  'state-unsafe': {
    summary: "the state is not this user's alone",
    cause:
      "What the state says is run: scripts, with the rights of whoever calls paictl. So it must be that user's own. " +
      'It was refused since a directory belongs to somebody else (also where root asks), since others may write to it, ' +
      'or since a symbolic link is where paictl makes a directory or a file, which could lead anywhere.',
    cure:
      'Run paictl as the user whom the state belongs to, or name another place with `--state-dir`. Where others may ' +
      'write, look who has, then take the right away with `chmod go-w`. Remove a link: to keep data on another disk, ' +
      'let the whole state directory be there.',
  },
  'no-such-cluster': {
    summary: 'no cluster of that id is known',
    cause:
      '`--cluster ID` addresses a cluster by what was recorded when it was started, and nothing is recorded under ' +
      'that id in this state directory.',
    cure:
      '`paictl clusters` lists what is known. Records are kept for each user, and for each state directory: name the ' +
      'right one with `--state-dir`.',
    example: {
      where: 'command line',
      wrong: ['paictl --cluster my-platfrom service list'],
      right: ['paictl --cluster my-platform service list'],
    },
  },
} satisfies AreaExplanations
