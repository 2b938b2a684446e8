import { expect, test } from 'vitest'
import type { Left, Plan, Selected, Step, Trigger } from '../../src/model/plan.ts'
import type { Operator } from '../../src/model/service.ts'
import { printPlan } from '../../src/ui/plan-text.ts'

const NAMED: Selected = { by: 'request' }

function step(id: string, trigger: Trigger, more: Partial<Step> & { selected?: Selected } = {}): Step {
  const [operator = '', service = ''] = id.split(':')
  const { selected = NAMED, ...rest } = more
  const source = operator === 'stop' || operator === 'delete' ? 'applied' : 'tree'
  const cause = { selected, trigger }
  return { id, service, operator: operator as Operator, source, adopt: false, cause, needs: [], after: [], ...rest }
}

const left = (service: string, reason: Left['reason'], selected: Selected = NAMED, failure = false): Left => ({
  service,
  reason,
  selected,
  failure,
})

const print = (plan: Partial<Plan>): string[] => printPlan({ verb: 'start', steps: [], left: [], ...plan }).split('\n')

test('says of each step why, and after what; then what is left alone, by name', () => {
  const never: Trigger = { kind: 'never-started' }
  const plan: Partial<Plan> = {
    steps: [
      step('start:cluster-configuration', never, { selected: { by: 'prerequisite', of: 'model-store' } }),
      step('start:model-store', never, { needs: ['start:cluster-configuration'] }),
      step('start:ingress', { kind: 'not-running', detail: 'exited' }, { needs: ['start:a', 'start:model-store'] }),
    ],
    left: [
      left('z', { kind: 'running', since: null }),
      left('b', { kind: 'completed', since: null }, { by: 'prerequisite', of: 'z' }),
    ],
  }
  expect(print(plan)).toEqual([
    'start  cluster-configuration  never started; needed by model-store',
    'start  model-store            never started; after cluster-configuration',
    'start  ingress                not running (exited); after start:a, model-store',
    'left   b                      already completed; needed by z',
    'left   z                      already running',
  ])
})

test('what a step only comes after is called optional', () => {
  const never: Trigger = { kind: 'never-started' }
  const steps = [
    step('start:cache', never),
    step('start:db', never),
    step('start:app', never, { after: ['start:cache'] }),
    step('start:web', never, { needs: ['start:db'], after: ['start:app', 'start:cache'] }),
  ]
  expect(print({ steps }).slice(2)).toEqual([
    'start  app    never started; after cache (optional)',
    'start  web    never started; after db, app (optional), cache (optional)',
  ])
})

test('names the operator of what is waited for where it is another one', () => {
  const asked: Trigger = { kind: 'asked' }
  const steps = [
    step('stop:web', asked, { selected: { by: 'dependent', of: 'store' } }),
    step('stop:store', asked, { needs: ['stop:web'] }),
    step('start:store', asked, { needs: ['stop:store'] }),
  ]
  expect(print({ verb: 'restart', steps })).toEqual([
    'stop   web    asked for; needs store',
    'stop   store  asked for; after web',
    'start  store  asked for; after stop of store',
  ])
})

test('says what is unusual about a step', () => {
  expect(
    print({
      steps: [
        step('start:a', { kind: 'adopted', answer: 'port 80 answers' }, { adopt: true }),
        step('stop:b', { kind: 'asked' }, { source: 'tree' }),
        step('start:c', { kind: 'asked' }, { source: 'applied' }),
      ],
    }),
  ).toEqual([
    'start  a  answers already (port 80 answers); taken over, not run',
    "stop   b  asked for; with the project's scripts",
    'start  c  asked for; with the scripts that it was started with',
  ])
})

test('has words for every trigger', () => {
  const triggers: readonly [Trigger, string][] = [
    [{ kind: 'never-started' }, 'never started'],
    [{ kind: 'not-running', detail: '' }, 'not running'],
    [{ kind: 'not-running', detail: 'stopped:\n by \u001bhand' }, 'not running (stopped: by \\x1bhand)'],
    [{ kind: 'no-probe' }, 'nothing to ask whether it runs'],
    [{ kind: 'job-not-completed', detail: 'failed' }, 'not completed (failed)'],
    [{ kind: 'changed', changes: [] }, 'changed'],
    [
      {
        kind: 'changed',
        changes: [
          { kind: 'unconfirmed' },
          { kind: 'value', path: 'web.key', from: '***', to: '***', takenBack: null },
          { kind: 'value', path: 'web.a', from: 'x\ny', to: null, takenBack: '/p/prod.yaml' },
          { kind: 'file', path: 'a\u001b.sh', how: 'removed' },
          { kind: 'input', path: 'x.csv', how: 'changed' },
          { kind: 'description' },
          { kind: 'file', path: 'b.sh', how: 'mode' },
        ],
      },
      'changed: its last start was not done to the end, web.key: another secret, ' +
        'web.a: "x\\ny" → null (--overlay /p/prod.yaml of an earlier command is taken back), ' +
        'a\\x1b.sh (removed), input x.csv and 2 more',
    ],
    [{ kind: 'prerequisite-restarted', service: 'db', changes: [] }, 'db, which it needs, is restarted'],
    [{ kind: 'orphan' }, 'orphan: no longer in the project'],
    [{ kind: 'again' }, 'to be done again'],
    [{ kind: 'prerequisite-data-deleted', service: 'store' }, 'data of store was deleted'],
    [{ kind: 'adopted', answer: '' }, 'answers already'],
    [{ kind: 'asked' }, 'asked for'],
    [{ kind: 'no-refresh-script' }, 'has no refresh-script'],
  ]
  for (const [trigger, text] of triggers) {
    expect(print({ steps: [step('start:a', trigger)] })).toEqual([`start  a  ${text}`])
  }
})

test('without steps says so, then what is left alone and what makes it fail', () => {
  expect(print({})).toEqual(['Nothing to do.'])
  expect(
    print({
      verb: 'refresh',
      left: [
        left('a', { kind: 'not-running', state: 'stopped' }, NAMED, true),
        left('b', { kind: 'running-older-configuration' }),
        left('c', { kind: 'unchanged' }),
        left('d', { kind: 'nothing-to-stop', state: 'stopped' }),
        left('e', { kind: 'never-started' }),
        left('f', { kind: 'skipped' }),
      ],
    }),
  ).toEqual([
    'Nothing to do.',
    'left  a  not running: stopped; this fails the request',
    'left  b  runs with another configuration',
    'left  c  unchanged',
    'left  d  nothing to stop: stopped',
    'left  e  never started',
    'left  f  skipped',
  ])
})
