import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { TestProject } from '../rig/project.ts'

/** What a script of the project wrote to its data directory. */
function written(project: TestProject, service: string, file: string): string {
  return readFileSync(join(project.state, 'project', 'services', service, 'data', file), 'utf8')
}

/** The directory of a service's only staged copy. */
function copyOf(project: TestProject, service: string): string {
  const directory = join(project.state, 'project', 'tree', 'components', service)
  const [copy = '', ...others] = readdirSync(directory).filter((name) => name.includes('@'))
  expect(others).toEqual([])
  return join(directory, copy)
}

async function start(project: TestProject, ...names: string[]): Promise<void> {
  const { code, stdout, stderr } = await project.paictl('service', 'start', ...names)
  expect(code, stdout + stderr).toBe(0)
}

test('relative paths out of deploy/ reach the component, its neighbours and the root, as they are now', async () => {
  const project = new TestProject()
  project.write('components/web/src/code.txt', 'its source\n')
  project.write('components/other/src/code.txt', 'its neighbour\n')
  project.write('root-file', 'the root\n')
  project.write('lib/shared/code.txt', 'the library\n')
  project.component('web', '', {
    'start.sh': `cat ../src/code.txt ../../other/src/code.txt ../../../root-file ../../../lib/shared/code.txt > "$PAICTL_DATA_DIR/read"
      (cd .. && ls -d deploy src) >> "$PAICTL_DATA_DIR/read"; pwd > "$PAICTL_DATA_DIR/pwd"`,
    'status.sh': 'exit 3',
    'stop.sh': 'cat ../src/code.txt >> "$TRACE"',
  })
  project.write('components/web/deploy/status.sh', '#!/bin/sh\n[ -e "$PAICTL_DATA_DIR/read" ] || exit 3\n')
  await start(project, 'web')
  expect(written(project, 'web', 'read')).toBe('its source\nits neighbour\nthe root\nthe library\ndeploy\nsrc\n')
  expect(written(project, 'web', 'pwd')).toBe(`${copyOf(project, 'web')}\n`)
  expect(copyOf(project, 'web').startsWith(project.state)).toBe(true)
  project.write('components/web/src/code.txt', 'changed since\n')
  await project.paictl('service', 'stop', 'web')
  expect(project.trace()).toContain('changed since')
})

test('scripts run in the copy of what they were started with, whatever becomes of the source', async () => {
  const project = new TestProject()
  project.component('web', '', { 'stop.sh': 'echo "old stop, $(cat note.txt)" >> "$TRACE"' })
  project.write('components/web/deploy/note.txt', 'old note\n')
  await start(project, 'web')
  project.write('components/web/deploy/stop.sh', '#!/bin/sh\necho "new stop" >> "$TRACE"\n')
  project.remove('components/web/deploy/note.txt')
  const { code, stderr } = await project.paictl('service', 'stop', 'web')
  expect(code).toBe(0)
  expect(stderr).toContain('warning[PAI-applied-differs]')
  expect(project.trace()).toContain('old stop, old note')
  expect(project.trace()).not.toContain('new stop')
})

test('a script is run by what its first line names, and by bash where it names nothing', async () => {
  const project = new TestProject()
  const sayHow = `tr '\\0' ' ' < /proc/$$/cmdline > "$PAICTL_DATA_DIR/said"`
  const scripts = {
    shell: `#!/bin/sh\n${sayHow}\n`,
    flags: `#! /bin/bash -u\n${sayHow}\n`,
    none: `${sayHow}\n`,
    node: "#!/usr/bin/env node\nrequire('fs').writeFileSync(process.env.PAICTL_DATA_DIR + '/said', __filename)\n",
  }
  for (const [name, script] of Object.entries(scripts)) {
    project.write(`components/${name}/deploy/service.yaml`, 'start-script: bin/begin\n')
    project.write(`components/${name}/deploy/bin/begin`, script)
  }
  await start(project, '--all')
  const script = (name: string) => `${copyOf(project, name)}/bin/begin`
  expect(written(project, 'shell', 'said')).toBe(`/bin/sh ${script('shell')} `)
  expect(written(project, 'flags', 'said')).toBe(`/bin/bash -u ${script('flags')} `)
  expect(written(project, 'none', 'said')).toBe(`/bin/bash ${script('none')} `)
  expect(written(project, 'node', 'said')).toBe(script('node'))
})

test('strict-shell ends a bash script at the first command that fails, unset name or broken pipe; sh is left alone', async () => {
  const project = new TestProject()
  const bodies = { fails: 'false', unset: 'echo "$NO_SUCH_NAME"', pipe: 'false | true' }
  for (const strict of [true, false]) {
    for (const [name, body] of Object.entries(bodies)) {
      project.component(`${name}-${strict}`, `strict-shell: ${strict}\n`, { 'start.sh': body })
    }
  }
  project.component('sh', 'strict-shell: true\n')
  project.write('components/sh/deploy/start.sh', '#!/bin/sh\nfalse\necho "end start sh" >> "$TRACE"\n')
  const { code, stdout } = await project.paictl('service', 'start', '--all')
  expect(code).toBe(1)
  expect(stdout).toMatch(/4 started, 3 failed/)
  const ended = project.trace().filter((line) => line.startsWith('end'))
  expect(ended.sort()).toEqual([
    'end start fails-false',
    'end start pipe-false',
    'end start sh',
    'end start unset-false',
  ])
})

test('scripts see the environment of the caller and what paictl says of their service', async () => {
  const project = new TestProject()
  project.write('components/web/config/web.yaml', 'greeting: "it\'s"\n')
  project.component('web', '', {
    'start.sh': 'env > "$PAICTL_DATA_DIR/start"; cat "$PAICTL_CONFIG" > "$PAICTL_DATA_DIR/config"',
    'stop.sh': 'env > "$PAICTL_DATA_DIR/stop"',
    'delete.sh': '[ -d "$PAICTL_DATA_DIR" ] && [ -d "$PAICTL_RUN_DIR" ] && echo "dirs are there" >> "$TRACE"',
  })
  const options = { env: { OWN: 'of the caller' } }
  project.write('kube/config', '')
  const command = ['service', 'start', 'web', '-c', 'kube/config', '--output', 'json']
  const { stdout } = await project.spawn(command, options).finished
  const begun = JSON.parse(stdout.split('\n')[0] ?? '')
  const directory = join(project.state, 'project', 'services', 'web')
  const environment = (file: string) =>
    Object.fromEntries(
      written(project, 'web', file)
        .split('\n')
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    )
  const expected = {
    OWN: 'of the caller',
    PWD: copyOf(project, 'web'),
    PAICTL_SERVICE: 'web',
    PAICTL_COMPONENT: 'web',
    PAICTL_OPERATOR: 'start',
    PAICTL_RUN_ID: begun.run,
    PAICTL_CLUSTER_ID: 'project',
    PAICTL_CLUSTER_TYPE: 'local',
    PAICTL_PROJECT: project.root,
    PAICTL_DATA_DIR: join(directory, 'data'),
    PAICTL_RUN_DIR: join(directory, 'run'),
    PAICTL_CONFIG: join(directory, 'versions', begun.run, 'config.json'),
    KUBECONFIG: join(project.root, 'kube/config'),
  }
  expect(environment('start')).toMatchObject(expected)
  expect(JSON.parse(written(project, 'web', 'config'))).toEqual({ greeting: "it's" })

  expect(await project.paictl('service', 'stop', 'web')).toMatchObject({ code: 0 })
  const stopped = environment('stop')
  expect(stopped).toMatchObject({ PAICTL_OPERATOR: 'stop', PAICTL_CONFIG: expected.PAICTL_CONFIG })
  expect(stopped.PAICTL_RUN_ID).not.toBe(begun.run)
  expect(stopped).not.toHaveProperty('KUBECONFIG')
  expect(await project.paictl('service', 'delete', 'web', '--yes')).toMatchObject({ code: 0 })
  expect(project.trace()).toContain('dirs are there')
  expect(readdirSync(directory)).not.toContain('data')
})

test('a script has no standard input, a process group of its own, and one log for both its streams', async () => {
  const project = new TestProject()
  project.component('web', '', {
    'start.sh': `if read -r line; then echo "read $line"; else echo "no input"; fi
      read -r pid _ _ parent group _ < /proc/$$/stat; [ "$pid" = "$group" ] && echo "leads its group"
      echo "to stderr" >&2`,
  })
  await start(project, 'web')
  const { stdout } = await project.paictl('service', 'logs', 'web')
  expect(stdout).toBe('no input\nleads its group\nto stderr\n')
})

test('a rendered value arrives in a shell script as it was written, through sh', async () => {
  const project = new TestProject()
  const nasty = `it's "quoted" \`id\` $(id) $HOME \\ & <tag> é\n  two lines`
  project.write('components/web/config/web.yaml', `greeting: ${JSON.stringify(nasty)}\n`)
  const description = 'template-list: [start.sh, page.html]\nstart-script: start.sh\n'
  project.write('components/web/deploy/service.yaml', description)
  project.write(
    'components/web/deploy/start.sh.template',
    'printf %s {{sh config.greeting}} > "$PAICTL_DATA_DIR/said"\n',
  )
  project.write('components/web/deploy/page.html.template', '{{config.greeting}}')
  await start(project, 'web')
  expect(written(project, 'web', 'said')).toBe(nasty)
  // No HTML escaping.
  expect(readFileSync(join(copyOf(project, 'web'), 'page.html'), 'utf8')).toBe(nasty)
  expect(readdirSync(copyOf(project, 'web')).filter((name) => name.endsWith('.template'))).toEqual([])
})

test('what is executable stays so, scripts become so, and other files do not', async () => {
  const project = new TestProject()
  project.component('web', '', { 'start.sh': './tool.sh > "$PAICTL_DATA_DIR/said" && . ./library.bash' })
  project.write('components/web/deploy/tool.sh.template', '#!/bin/sh\necho {{sh service.name}}\n')
  project.write('components/web/deploy/library.bash', 'echo "sourced" >> "$TRACE"\n')
  project.write('components/web/deploy/stop.sh', 'exit 0\n')
  await start(project, 'web')
  const mode = (file: string) => (lstatSync(join(copyOf(project, 'web'), file)).mode & 0o777).toString(8)
  expect(written(project, 'web', 'said')).toBe('web\n')
  expect(project.trace()).toContain('sourced')
  expect(['start.sh', 'stop.sh', 'tool.sh', 'library.bash', 'service.yaml'].map(mode)).toEqual([
    '700',
    '700',
    '700',
    '600',
    '600',
  ])
})
