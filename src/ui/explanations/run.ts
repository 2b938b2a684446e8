import type { AreaExplanations } from './explanation.ts'

/** Explains what is said of runs that were ended before they were done. */
export const RUN_EXPLANATIONS = {
  'run-interrupted': {
    summary: 'a run was ended from outside before it was done',
    cause:
      'paictl was killed, or the machine went down, in the middle of a run. Its journal says which steps were over and ' +
      'which were under way. A script that was running then may run still: it is shown with its process, and nothing ' +
      'of its service is run beside it.',
    cure:
      '`paictl resume` goes on with the same plan: what was under way is asked for by its probe, or carried out again. ' +
      'Any other command for the same services takes its place. Both wait for scripts that still run; ' +
      '`--end-survivors` ends them instead.',
    example: {
      where: 'command line',
      wrong: ['kill -9 "$(pgrep -f "paictl service start")"'],
      right: ['paictl resume'],
    },
  },
  'unknown-run': {
    summary: 'there is no run of that id',
    cause: 'Runs have ids such as `20260101-100000-1a2b`, and the last fifty of a cluster are kept.',
    cure: '`paictl runs` lists them, the newest last.',
    example: { where: 'command line', wrong: ['paictl runs 2026'], right: ['paictl runs'] },
  },
  'not-resumable': {
    summary: 'a run cannot be gone on with',
    cause:
      'To go on with a run is to carry out the rest of its plan as it was made. That would be wrong where a later run ' +
      'has acted on the same services, or where what would be started now is not what was planned; a run that is under ' +
      'way or over has nothing to go on with.',
    cure:
      'Give the command anew: what is done already is left alone. Where only values of the command line are missing ' +
      '(secrets are not kept), give them to `paictl resume` as well.',
    example: {
      where: 'command line',
      wrong: ['paictl resume 20260101-100000-1a2b'],
      right: ['paictl service start --all'],
    },
  },
} satisfies AreaExplanations
