import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from './support/load.ts'
import { LIBRARY, processRig } from './support/process-rig.ts'

/** Slim machines have none; the library asks it only where there is no /proc. */
const hasPs = spawnSync('ps', ['-p', '1']).error === undefined

const hasProc = existsSync('/proc/self/stat')

/** Where a service's pid file may be: of a process that is another one by now. */
async function recordPid(file: (name: string) => string, record: string): Promise<void> {
  await mkdir(join(file('pid'), '..'), { recursive: true })
  await writeFile(file('pid'), record)
}

const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('every component has the same library', async () => {
  const copies = ['components', 'templates']
    .flatMap((parent) => readdirSync(join(ROOT, parent)).map((name) => join(ROOT, parent, name, 'deploy/process.sh')))
    .filter((file) => existsSync(file))
  expect(copies.length).toBeGreaterThanOrEqual(4)
  const library = await readFile(LIBRARY, 'utf8')
  for (const copy of copies) expect([copy, (await readFile(copy, 'utf8')) === library]).toEqual([copy, true])
})

test('start returns once the process is ready, and leaves it running', async () => {
  const rig = await processRig()
  expect(await rig.status()).toBe(3)
  const start = await rig.begin(rig.startDaemon)
  const daemon = await rig.accept()
  daemon.mark('ready', '')
  expect((await start.ended).code).toBe(0)
  expect(await rig.run('process_status')).toEqual({ code: 0, output: `demo runs (pid ${daemon.pid})\n` })
})

test('start leaves a process alone that runs already', async () => {
  const rig = await processRig()
  const { pid } = await rig.up()
  const again = await rig.run(rig.startDaemon)
  expect(again).toEqual({ code: 0, output: expect.stringContaining(`already runs (pid ${pid})`) })
  expect((await rig.run('process_pid')).output).toBe(`${pid}\n`)
})

test.runIf(hasProc)('the process leads a group of its own', async () => {
  const rig = await processRig()
  const { pid } = await rig.up()
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  expect(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]).toBe(String(pid))
})

test('a process that ends before it is ready is a failed start', async () => {
  const rig = await processRig()
  const { ended } = await rig.begin(rig.startDaemon)
  const daemon = await rig.accept()
  daemon.exit(7)
  expect(await ended).toEqual({ code: 1, output: expect.stringContaining('ended before it was ready (exit code 7)') })
  expect(await rig.status()).toBe(3)
})

test('a process that is never ready is stopped, and its start has failed', async () => {
  const rig = await processRig()
  // Not the usual daemon, which a busy machine may take more than that second to load.
  const { code, output } = await rig.run('PROCESS_READY_SECONDS=1; process_start sleep 600')
  expect([code, output]).toEqual([1, expect.stringContaining('not ready within 1 s')])
  expect(output).toMatch(/demo stopped \(pid \d+, TERM\)/)
  expect(await rig.status()).toBe(3)
})

test('who interrupts a start interrupts the process', async () => {
  const rig = await processRig()
  const { child, ended } = await rig.begin(rig.startDaemon)
  const daemon = await rig.accept()
  child.kill('SIGTERM')
  expect(await daemon.signal()).toBe('SIGTERM')
  daemon.exit(0)
  await daemon.gone
  expect((await ended).code).toBe(143)
  expect(await rig.status()).toBe(3)
})

test('a process that was killed is dead; stop tidies up, start starts another', async () => {
  const rig = await processRig()
  const daemon = await rig.up()
  process.kill(daemon.pid, 'SIGKILL')
  await daemon.gone
  expect(await rig.status()).toBe(1)
  const another = await rig.up()
  expect(another.pid).not.toBe(daemon.pid)
  process.kill(another.pid, 'SIGKILL')
  await another.gone
  expect((await rig.run('process_stop')).code).toBe(0)
  expect(await rig.status()).toBe(3)
})

test('stop returns only when the process is gone', async () => {
  const rig = await processRig()
  const daemon = await rig.up()
  const stop = await rig.begin('process_stop 50')
  expect(await daemon.signal()).toBe('SIGTERM')
  // It was asked to end and has not yet: so stop has not either.
  expect(stop.child.exitCode).toBeNull()
  expect(await rig.status()).toBe(0)
  daemon.exit(0)
  expect(await stop.ended).toEqual({ code: 0, output: expect.stringContaining('TERM') })
  expect(await rig.status()).toBe(3)
})

test('stop kills what does not end', async () => {
  const rig = await processRig()
  const daemon = await rig.up()
  expect(await rig.run('process_stop 0')).toEqual({ code: 0, output: expect.stringContaining('KILL') })
  await daemon.gone
  expect(await rig.status()).toBe(3)
})

test('stop of what does not run is done', async () => {
  const rig = await processRig()
  expect((await rig.run('process_stop')).code).toBe(0)
})

test.each([
  ['a pid that another process has now', `${process.pid} 12345 some-boot\n`],
  ['a pid without a birth', `${process.pid}\n`],
  ['half a pid', `x${process.pid}`],
  ['nothing', ''],
  ['a command', '1; kill 1\n'],
])('%s is not taken for our process', async (_case, record) => {
  const rig = await processRig()
  await recordPid(rig.file, record)
  expect(await rig.status()).toBe(1)
  expect((await rig.run('process_stop')).code).toBe(0)
  expect(alive(process.pid)).toBe(true)
  expect(await rig.status()).toBe(3)
})

test.runIf(hasProc)('a pid of before a reboot is not taken for our process', async () => {
  const rig = await processRig()
  const { pid } = await rig.up()
  const [, born] = (await readFile(rig.file('pid'), 'utf8')).split(' ')
  await recordPid(rig.file, `${pid} ${born} 00000000-0000-0000-0000-000000000000\n`)
  expect(await rig.status()).toBe(1)
})

test('the process of another clone is not ours', async () => {
  const [rig, clone] = [await processRig(), await processRig()]
  const [ours, theirs] = [await rig.up(), await clone.up()]
  const stop = await rig.begin('process_stop')
  await ours.signal()
  ours.exit(0)
  await stop.ended
  expect(alive(theirs.pid)).toBe(true)
  expect([await rig.status(), await clone.status()]).toEqual([3, 0])
})

test.runIf(hasProc)('a zombie is dead: nobody may ever reap it', async () => {
  const rig = await processRig()
  // The shell's child ends after it was recorded; what the shell becomes never asks how.
  const script = `process_start bash -c '
    mkfifo "$PAICTL_RUN_DIR/end"
    (read -r _ <"$PAICTL_RUN_DIR/end"; exit 0) &
    echo "$! $(. ./process.sh; process_birth $!)" >"$PAICTL_RUN_DIR/child.pid"
    echo up >"$PAICTL_RUN_DIR/demo.ready"
    exec tail -f /dev/null'`
  expect((await rig.run(script)).code).toBe(0)
  const child = `PAICTL_SERVICE=child; process_files=$PAICTL_RUN_DIR/child`
  expect((await rig.run(`${child}; process_status`)).code).toBe(0)
  const zombie = `${child}; echo >"$PAICTL_RUN_DIR/end"; while process_pid >/dev/null; do process_pause; done; process_status`
  const ended = await rig.run(zombie)
  const [pid] = (await readFile(rig.file('pid').replace('demo', 'child'), 'utf8')).split(' ')
  expect((await readFile(`/proc/${pid}/stat`, 'utf8')).split(' ')[2]).toBe('Z')
  expect(ended.code).toBe(1)
  expect((await rig.run('process_stop 0')).code).toBe(0)
})

test('a name with spaces and parentheses does not confuse it', async () => {
  const rig = await processRig()
  const name = './a) Z (b 1 2'
  const script = `ln -s "$(command -v bash)" '${name}'; process_start '${name}' -c 'echo up >"$PAICTL_RUN_DIR/demo.ready"
    mkfifo fifo; read -r _ <fifo'`
  expect((await rig.run(script)).code).toBe(0)
  expect(await rig.status()).toBe(0)
  expect((await rig.run('process_stop 0')).code).toBe(0)
  expect(await rig.status()).toBe(3)
})

test.skipIf(!hasPs)('without /proc it asks ps; without ps it does not know', async () => {
  const rig = await processRig()
  const library = await readFile(LIBRARY, 'utf8')
  const withoutProc = library.replaceAll('/proc/', '/no-such-place/')
  await writeFile(join(rig.directory, 'process.sh'), withoutProc)
  const { pid } = await rig.up()
  expect(await rig.run('process_status')).toEqual({ code: 0, output: `demo runs (pid ${pid})\n` })

  await writeFile(join(rig.directory, 'process.sh'), withoutProc.replace('command -v ps', 'command -v no-such-ps'))
  expect([await rig.status(), (await rig.run('process_stop')).code]).toEqual([4, 4])
  expect(alive(pid)).toBe(true)

  await writeFile(join(rig.directory, 'process.sh'), withoutProc)
  expect((await rig.run('process_stop 0')).code).toBe(0)
  expect(await rig.status()).toBe(3)
})

test('refresh hands new settings over and tells what became of them', async () => {
  const rig = await processRig()
  const daemon = await rig.up()
  for (const [outcome, code] of [
    ['ok: taken over', 0],
    ['failed: no', 1],
  ] as const) {
    await writeFile(join(rig.directory, 'settings.json'), outcome)
    const { ended } = await rig.begin('process_refresh settings.json')
    expect(await daemon.signal()).toBe('SIGHUP')
    expect(await readFile(join(rig.file('pid'), '../settings.json'), 'utf8')).toBe(outcome)
    daemon.mark('reloaded', outcome)
    expect(await ended).toEqual({ code, output: `${outcome}\n` })
  }
})

test('refresh of what does not run fails', async () => {
  const rig = await processRig()
  expect(await rig.run('process_refresh')).toEqual({ code: 1, output: 'demo does not run\n' })
})
