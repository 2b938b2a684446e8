import { expect, test } from 'vitest'
import { TestProject } from '../rig/project.ts'

function smallProject(): TestProject {
  const project = new TestProject()
  project.component('store', 'tags: [data]\n', { 'status.sh': 'exit 3' })
  project.component('web', 'prerequisite: [store]\n', { 'status.sh': 'exit 3' })
  return project
}

/** Each problem as `code: title`, with its help; their number is left out. */
function told(stderr: string): string[] {
  const [, ...counts] = stderr.trimEnd().split(/\n\n(?=\d+ errors?\n)/)
  expect(counts).toHaveLength(1)
  return stderr.split(/\n\n\d+ errors?\n/)[0]?.split('\n\n') ?? []
}

const VERBS = 'delete, describe, list, logs, refresh, render, restart, start, status, stop'
const NUMBER = 'takes a whole number from 1 to 999999'

test.each<[line: string, ...problems: [code: string, title: string, help: string][]]>([
  ['servce', ['unknown-command', 'there is no command "servce"', 'did you mean "service"?']],
  ['service strat web', ['unknown-command', 'there is no command "strat"', 'did you mean "start"?']],
  ['start --all', ['unknown-command', 'there is no command "start"', 'did you mean "paictl service start"?']],
  ['strat web -y', ['unknown-command', 'there is no command "strat"', 'did you mean "paictl service start"?']],
  ['service validate', ['unknown-command', 'there is no command "validate"', 'did you mean "paictl validate"?']],
  ['config shwo', ['unknown-command', 'there is no command "shwo"', 'did you mean "show"?']],
  [
    'zzzzzz',
    ['unknown-command', 'there is no command "zzzzzz"', expect.stringMatching(/^commands: apply, clusters, /)],
  ],
  ['service start --al', ['unknown-option', 'there is no option "--al"', 'did you mean "--all"?']],
  ['service start -all', ['unknown-option', 'there is no option "-all"', 'did you mean "--all"?']],
  ['service start web --dryrun', ['unknown-option', 'there is no option "--dryrun"', 'did you mean "--dry-run"?']],
  ['service start -ax', ['unknown-option', 'there is no option "-x"', 'see "paictl service start --help"']],
  ['--ouput json service list', ['unknown-option', 'there is no option "--ouput"', 'did you mean "--output"?']],
  ['--bogus', ['unknown-option', 'there is no option "--bogus"', 'see "paictl --help"']],
  [
    'service start --all web',
    [
      'option-conflict',
      '"--all" and "web" do not go together: --all means every service, named or not',
      'leave one of them out',
    ],
  ],
  [
    'service start web -k web',
    [
      'option-conflict',
      '"web" and "-k web" do not go together: what is named cannot be left untouched',
      'leave one of them out',
    ],
  ],
  [
    'service stop web --force --with-dependents',
    [
      'option-conflict',
      '"--force" and "--with-dependents" do not go together: one leaves dependents running, the other stops them',
      'leave one of them out',
    ],
  ],
  ...['0', '-1', '1.5', 'abc', '1e9', '99999999'].map((given): [string, [string, string, string]] => [
    `service start --all --parallel ${given}`,
    ['bad-option', `--parallel ${NUMBER}, not "${given}"`, 'see "paictl service start --help"'],
  ]),
  ['service start web --parallel', ['bad-option', '--parallel takes a value', 'see "paictl service start --help"']],
  ['service start web -n', ['bad-option', '-n takes a value', 'see "paictl service start --help"']],
  ['service stop --all -k', ['bad-option', '-k takes a value', 'see "paictl service stop --help"']],
  ['service list --output', ['bad-option', '--output takes a value', 'see "paictl service list --help"']],
  [
    'service start web --wait-lock 5',
    ['bad-option', '--wait-lock takes a duration such as 30s or 5m, not "5"', 'see "paictl service start --help"'],
  ],
  [
    'service start --all --on-failure contineu',
    [
      'bad-option',
      '--on-failure takes one of "continue", "stop", "rollback", not "contineu"',
      'did you mean "continue"?',
    ],
  ],
  [
    'service list --output xml',
    ['bad-option', '--output takes one of "human", "plain", "json", not "xml"', 'see "paictl service list --help"'],
  ],
  [
    'service list --output jsn',
    ['bad-option', '--output takes one of "human", "plain", "json", not "jsn"', 'did you mean "json"?'],
  ],
  [
    'graph --format tre',
    ['bad-option', '--format takes one of "tree", "dot", "mermaid", "json", not "tre"', 'did you mean "tree"?'],
  ],
  [
    'service delete web --yes=no',
    ['bad-option', '--yes takes no value, not "no"', 'see "paictl service delete --help"'],
  ],
  [
    'service logs web --lines -1',
    ['bad-option', '--lines takes a whole number from 0 to 999999, not "-1"', 'see "paictl service logs --help"'],
  ],
  ['validate web', ['bad-option', '"paictl validate" takes no "web"', 'see "paictl validate --help"']],
  ['validate -- web', ['bad-option', 'this command takes no "web" after --', 'see "paictl validate --help"']],
  ['component new', ['bad-option', '"paictl component new" needs a name', 'see "paictl component new --help"']],
  ['service', ['bad-option', `"paictl service" needs to know what to do: ${VERBS}`, 'see "paictl service --help"']],
  ...['start', 'stop', 'restart', 'refresh', 'delete', 'render', 'describe'].map(
    (verb): [string, [string, string, string]] => [
      `service ${verb}`,
      [
        'no-names',
        `"paictl service ${verb}" needs to know which services`,
        `name some, or type "paictl service ${verb} --all" for all of them`,
      ],
    ],
  ),
  [
    'service start wbe stoer web',
    ['unknown-service', 'there is no service "stoer"', 'did you mean "store"?'],
    ['unknown-service', 'there is no service "wbe"', 'did you mean "web"?'],
  ],
  ['service start tag:dta', ['no-match', 'no service matches "tag:dta"', 'did you mean "tag:data"?']],
  ['service stop tga:data', ['unknown-service', 'there is no service "tga:data"', 'did you mean "tag:data"?']],
  ['config show stor', ['unknown-service', 'there is no service "stor"', 'did you mean "store"?']],
  [
    '--cluster nowhere service list',
    [
      'no-such-cluster',
      'no cluster "nowhere" is known here',
      'no cluster has been started yet; "paictl clusters" lists them',
    ],
  ],
  // All at once, and what follows from another left out.
  [
    'service start web --al --output xml --on-failure foo',
    [
      'bad-option',
      '--on-failure takes one of "continue", "stop", "rollback", not "foo"',
      'see "paictl service start --help"',
    ],
    ['bad-option', '--output takes one of "human", "plain", "json", not "xml"', 'see "paictl service start --help"'],
    ['unknown-option', 'there is no option "--al"', 'did you mean "--all"?'],
  ],
  [
    'service start web --parallel 0 --wait-lock soon -k web',
    ['bad-option', `--parallel ${NUMBER}, not "0"`, 'see "paictl service start --help"'],
    ['bad-option', '--wait-lock takes a duration such as 30s or 5m, not "soon"', 'see "paictl service start --help"'],
    [
      'option-conflict',
      '"web" and "-k web" do not go together: what is named cannot be left untouched',
      'leave one of them out',
    ],
  ],
])('paictl %s', async (line, ...problems) => {
  const project = smallProject()
  const { code, stdout, stderr } = await project.paictl(...line.split(' '))
  expect([code, stdout]).toEqual([2, ''])
  expect(told(stderr).map((block) => /^error\[PAI-([a-z-]+)\]: (.*)\n {3}= help: (.*)$/.exec(block)?.slice(1))).toEqual(
    problems,
  )
  expect(project.trace()).toEqual([])
})

test('as JSON, mistakes of the command line are diagnostics like any other', async () => {
  const project = smallProject()
  for (const args of [
    ['service', 'start', '--al', '--output', 'json'],
    ['--output=json', 'service', 'start', '--al'],
  ]) {
    const { code, stdout, stderr } = await project.paictl(...args)
    expect([code, stdout]).toEqual([2, ''])
    expect(
      stderr
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      {
        v: 1,
        type: 'diagnostic',
        severity: 'error',
        code: 'PAI-unknown-option',
        message: 'there is no option "--al"',
        help: 'did you mean "--all"?',
        file: null,
        range: null,
        related: [],
        service: null,
        data: { option: '--al', nearest: '--all', command: 'paictl service start' },
      },
    ])
  }
  const words = await project.paictl('service', 'start', 'json', '--al')
  expect(words.stderr).toMatch(/^error\[PAI-unknown-option\]/)
  const formats = await project.paictl('graph', '--format', 'dot', '--output', 'json')
  expect([formats.code, JSON.parse(formats.stderr)]).toMatchObject([2, { code: 'PAI-option-conflict' }])
})

test('without a project, every directory that was looked into is named', async () => {
  const project = smallProject()
  const { code, stdout, stderr } = await project.spawn(['service', 'start', '--all'], { cwd: '/usr/lib' }).finished
  expect({ code, stdout, stderr }).toEqual({
    code: 2,
    stdout: '',
    stderr: `error[PAI-no-project]: there is no project in "/usr/lib" or above it: neither paictl.yaml nor components/ was found
   = note: looked in "/usr/lib", "/usr", "/"
   = help: name a project with "-C DIR", or make one with "paictl init"

1 error
For more about a problem: paictl explain PAI-no-project
`,
  })
  const json = await project.spawn(['graph', '--output', 'json'], { cwd: '/usr/lib' }).finished
  expect(JSON.parse(json.stderr).data).toEqual({ searched: ['/usr/lib', '/usr', '/'] })
  const named = await project.paictl('-C', '/', 'service', 'list')
  expect(named.stderr).toContain('there is no project in "/": neither paictl.yaml nor components/ was found\n   = help')
})

test('without a command the help is printed', async () => {
  const { code, stdout, stderr } = await smallProject().paictl()
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/^paictl <command>\n/)
  expect(stdout).toContain('paictl validate')
})

test('what follows -- are names', async () => {
  const project = smallProject()
  const { code, stdout } = await project.paictl('service', 'start', '--dry-run', '--', 'web')
  expect([code, stdout]).toEqual([0, expect.stringContaining('start  web')])
  const { stderr } = await project.paictl('service', 'start', '--', '--all')
  expect(stderr).toContain('there is no service "--all"')
})

test('-n names a service to describe, too', async () => {
  const project = smallProject()
  expect(await project.paictl('service', 'describe', '-n', 'web')).toMatchObject({ code: 0 })
  expect((await project.paictl('service', 'describe', '--all')).stdout).toMatch(/^store\n(?:.*\n)*web\n/m)
})
