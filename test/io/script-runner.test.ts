import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createScriptRunner } from '../../src/io/scripts/script-runner.ts'
import { until } from '../rig/until.ts'
import { contentOf, isRunning, pidIn, scriptsWith } from './rig.ts'

/** Ignores SIGTERM and stays, its number in `file`; ends by itself some day, so that a failed test leaves nothing. */
const stubborn = (file: string): string =>
  `(trap '' TERM; echo $BASHPID > ${file}; for i in {1..600}; do sleep 0.1; done) &\n`
const ready = (file: string): string => `for i in {1..3000}; do [ -s ${file} ] && break; sleep 0.01; done\n`

describe('a script that ends by itself', () => {
  it('gives its exit code and its output to the log', async () => {
    const { context, request, log } = scriptsWith({ 'start.sh': 'echo out; echo err >&2; exit 7\n' })
    const end = await createScriptRunner(context).run(request('start.sh'))
    expect(end).toEqual({ kind: 'exited', exitCode: 7 })
    expect(readFileSync(log, 'utf8')).toBe('out\nerr\n')
    expect(statSync(log).mode & 0o777).toBe(0o600)
  })

  it('appends to the log of an earlier try', async () => {
    const { context, request, log } = scriptsWith({ 'start.sh': 'echo again\n' })
    const runner = createScriptRunner(context)
    await runner.run(request('start.sh'))
    await runner.run(request('start.sh'))
    expect(readFileSync(log, 'utf8')).toBe('again\nagain\n')
  })

  it('names the signal that ended it', async () => {
    const { context, request } = scriptsWith({ 'start.sh': 'kill -USR1 $$\n' })
    expect(await createScriptRunner(context).run(request('start.sh'))).toEqual({ kind: 'signalled', signal: 'SIGUSR1' })
  })

  it('runs in its deploy directory, without input, with the environment of the caller and of paictl', async () => {
    const { context, request, log, directory, applied } = scriptsWith({
      'start.sh': 'cat; pwd; env | grep -E "^(PAICTL_|KUBECONFIG|OWN)" | sort\n',
    })
    const runner = createScriptRunner({ ...context, env: { PATH: process.env.PATH, OWN: 'x' }, kubeconfig: '/k' })
    await runner.run(request('start.sh'))
    const { cluster, project } = context
    expect(readFileSync(log, 'utf8').trim().split('\n')).toEqual([
      directory,
      'KUBECONFIG=/k',
      'OWN=x',
      'PAICTL_CLUSTER_ID=demo',
      'PAICTL_CLUSTER_TYPE=local',
      'PAICTL_COMPONENT=web',
      `PAICTL_CONFIG=${applied.configFile}`,
      `PAICTL_DATA_DIR=${cluster}/services/web/data`,
      'PAICTL_OPERATOR=start',
      `PAICTL_PROJECT=${project}`,
      `PAICTL_RUN_DIR=${cluster}/services/web/run`,
      'PAICTL_RUN_ID=r1',
      'PAICTL_SERVICE=web',
    ])
  })

  it('leaves a daemon behind that holds its output, and does not wait for it', async () => {
    const { context, request, log, top } = scriptsWith({
      'start.sh': `(for i in {1..3000}; do [ -e ../go ] && break; sleep 0.01; done; echo later; echo done > ../done) &
echo $! > ../pid
echo up
`,
    })
    expect(await createScriptRunner(context).run(request('start.sh'))).toEqual({ kind: 'exited', exitCode: 0 })
    expect(isRunning(pidIn(join(top, 'pid')))).toBe(true)
    expect(existsSync(join(top, 'done'))).toBe(false)
    writeFileSync(join(top, 'go'), '')
    await until(() => contentOf(join(top, 'done')) !== '', 'the daemon to write on')
    expect(readFileSync(log, 'utf8')).toBe('up\nlater\n')
  })
})

describe('how a script is run', () => {
  it.each([
    ['by bash where it names nothing', '[ -n "$BASH_VERSION" ] && echo bash\n', 'bash'],
    ['by what its first line names', '#!/bin/sh\necho "$0"\n', undefined],
    ['with the words of its first line as one argument', '#!/usr/bin/env -S bash -x\necho hi\n', '+ echo hi\nhi'],
    ['by node found in PATH', '#!/usr/bin/env node\nconsole.log(typeof process)\n', 'object'],
  ])('%s', async (_, script, expected) => {
    const { context, request, log, directory } = scriptsWith({ 'start.sh': script })
    expect(await createScriptRunner(context).run(request('start.sh'))).toEqual({ kind: 'exited', exitCode: 0 })
    const output = readFileSync(log, 'utf8').trim()
    if (expected !== undefined) expect(output).toBe(expected)
    else expect(output.endsWith(join(directory, 'start.sh'))).toBe(true)
  })

  it.each([
    'false | true\necho reached\n',
    '#!/usr/bin/env bash\nfalse | true\necho reached\n',
    '#!/bin/bash\necho $nothing\n',
  ])('strictly where that is asked: %j', async (script) => {
    const { context, request, log } = scriptsWith({ 'start.sh': script }, { strictShell: true })
    expect(await createScriptRunner(context).run(request('start.sh'))).toEqual({ kind: 'exited', exitCode: 1 })
    expect(contentOf(log)).not.toContain('reached')
  })

  it('says what is missing', async () => {
    const { context, request, directory } = scriptsWith({
      'gone.sh': '#!/opt/none/python\n',
      'env.sh': '#!/usr/bin/env no-such-program\n',
      'dos.sh': '#!/bin/bash\r\ntrue\r\n',
    })
    const runner = createScriptRunner(context)
    const messageOf = async (script: string): Promise<string> => {
      const end = await runner.run(request(script))
      return end.kind === 'not-run' ? end.message : end.kind
    }
    expect(await messageOf('gone.sh')).toBe('gone.sh needs /opt/none/python, which is not there')
    expect(await messageOf('env.sh')).toBe('env.sh needs no-such-program, which is not in PATH')
    expect(await messageOf('dos.sh')).toContain('Windows line ends')
    expect(await messageOf('none.sh')).toBe(`there is no none.sh in ${directory}`)
    rmSync(directory, { recursive: true })
    expect(await messageOf('gone.sh')).toBe(`${directory} is gone`)
  })
})

describe('a script that has to be ended', () => {
  it('that is out of time takes its whole group along, those who ignore SIGTERM too', async () => {
    const { context, request, top } = scriptsWith({
      'start.sh': `${stubborn('../inner')}${ready('../inner')}echo $$ > ../outer\nsleep 60\n`,
    })
    const runner = createScriptRunner(context)
    const running = runner.run(request('start.sh', 2000))
    await until(() => pidIn(join(top, 'outer')) > 0, 'the grandchild')
    await until(() => !isRunning(pidIn(join(top, 'outer'))), 'the time to be out')
    expect(isRunning(pidIn(join(top, 'inner')))).toBe(true)
    runner.interrupt('kill')
    expect(await running).toEqual({ kind: 'timed-out', afterMs: 2000 })
    expect(isRunning(pidIn(join(top, 'inner')))).toBe(false)
  })

  it('gets SIGTERM once, and may end in its own way', async () => {
    const { context, request, log, top } = scriptsWith({
      'start.sh': `trap 'echo asked' TERM\necho $$ > ../pid\nfor i in {1..3000}; do [ -e ../go ] && break; sleep 0.01; done\necho orderly\n`,
    })
    const runner = createScriptRunner(context)
    const running = runner.run(request('start.sh'))
    await until(() => pidIn(join(top, 'pid')) > 0, 'the script')
    runner.interrupt('terminate')
    runner.interrupt('terminate')
    await until(() => contentOf(log).includes('asked'), 'the signal')
    writeFileSync(join(top, 'go'), '')
    expect(await running).toEqual({ kind: 'cancelled' })
    expect(
      readFileSync(log, 'utf8')
        .trim()
        .split('\n')
        .filter((line) => /^(asked|orderly)$/.test(line)),
    ).toEqual(['asked', 'orderly'])
  })

  it.each([
    ['hasten', 900],
    ['kill', 0],
  ] as const)('is ended by %s though it ignores SIGTERM', async (urgency, atLeast) => {
    const { context, request, top } = scriptsWith({
      'start.sh': `trap '' TERM\n${stubborn('../inner')}${ready('../inner')}echo $$ > ../pid\nfor i in {1..600}; do sleep 0.1; done\n`,
    })
    const runner = createScriptRunner(context)
    const running = runner.run(request('start.sh'))
    await until(() => pidIn(join(top, 'pid')) > 0, 'the script')
    runner.interrupt('terminate')
    const asked = Date.now()
    runner.interrupt(urgency)
    expect(await running).toEqual({ kind: 'cancelled' })
    expect(Date.now() - asked).toBeGreaterThanOrEqual(atLeast)
    expect(Date.now() - asked).toBeLessThan(8000)
    expect(isRunning(pidIn(join(top, 'pid'))) || isRunning(pidIn(join(top, 'inner')))).toBe(false)
  })

  it('leaves the daemons of scripts that had ended before alone', async () => {
    const { context, request, top } = scriptsWith({
      'start.sh': 'nohup sleep 60 &\necho $! > ../daemon\n',
      'long.sh': 'echo $$ > ../long\nsleep 60\n',
    })
    const runner = createScriptRunner(context)
    await runner.run(request('start.sh'))
    const running = runner.run(request('long.sh'))
    await until(() => pidIn(join(top, 'long')) > 0, 'the script')
    runner.interrupt('terminate')
    expect(await running).toEqual({ kind: 'cancelled' })
    const daemon = pidIn(join(top, 'daemon'))
    expect(isRunning(daemon)).toBe(true)
    process.kill(daemon, 'SIGKILL')
  })

  it('is not even started after an interruption', async () => {
    const { context, request, log } = scriptsWith({ 'start.sh': 'echo started\n' })
    const runner = createScriptRunner(context)
    runner.interrupt('terminate')
    expect(await runner.run(request('start.sh'))).toEqual({ kind: 'cancelled' })
    expect(contentOf(log)).toBe('')
  })
})
