import {
  appendFileSync,
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { emptyRecord } from '../../src/engine/execute/step.ts'
import { capLog } from '../../src/io/logs/log-cap.ts'
import { follow } from '../../src/io/logs/log-follow.ts'
import { createLogStore } from '../../src/io/logs/log-store.ts'
import { harmless, tailOf } from '../../src/io/logs/log-tail.ts'
import { ownRunOwner } from '../../src/io/state/run-store.ts'
import { until } from '../rig/until.ts'
import { temporary } from './rig.ts'

describe('the tail of a log', () => {
  it('is its last lines', () => {
    const file = join(temporary(), 'log')
    expect(tailOf(file, 3)).toEqual([])
    writeFileSync(file, '')
    expect(tailOf(file, 3)).toEqual([])
    writeFileSync(file, 'a\nb\n\nc')
    expect(tailOf(file, 3)).toEqual(['b', '', 'c'])
    writeFileSync(file, 'a\nb\n\nc\n')
    expect(tailOf(file, 3)).toEqual(['b', '', 'c'])
    expect(tailOf(file, 9)).toEqual(['a', 'b', '', 'c'])
  })

  it('is found at the end of a file of gigabytes', () => {
    const file = join(temporary(), 'log')
    writeFileSync(file, '')
    truncateSync(file, 3 * 1024 ** 3)
    const lines = Array.from({ length: 3000 }, (_, index) => `line ${index} ${'ä'.repeat(100)}`)
    appendFileSync(file, `\n${lines.join('\n')}\n`)
    const begun = performance.now()
    expect(tailOf(file, 2000)).toEqual(lines.slice(-2000))
    expect(performance.now() - begun).toBeLessThan(1000)
  })

  it('cuts lines without an end', () => {
    const file = join(temporary(), 'log')
    writeFileSync(file, 'x'.repeat(20 * 1024 * 1024))
    const [line = ''] = tailOf(file, 5)
    expect(line).toHaveLength(500)
    expect(line.endsWith('x…')).toBe(true)
  })

  it.each([
    ['\x1b[31mred\x1b[0m', 'red'],
    ['\x1b]0;title\x07text\x1b]8;;http://x\x1b\\link', 'textlink'],
    ['10%\r50%\r100%\r', '100%'],
    ['a\tb\x00c\x07', 'a\tb\uFFFDc\uFFFD'],
    ['\x9b2Jgone\x1bc', 'gone'],
    ['abc\u202Edef', 'abcdef'],
  ])('has nothing that a terminal acts on: %j', (line, expected) => expect(harmless(line)).toBe(expected))
})

describe('the logs of a service', () => {
  it('are found by run, the latest by when it was written', () => {
    const logs = createLogStore(temporary())
    expect(logs.latestLog('web')).toBeUndefined()
    const paths = ['start', 'refresh'].map((operator, index) => logs.path('web', `r${index + 1}`, operator))
    for (const path of paths) writeFileSync(path, 'x')
    for (const [index, path] of paths.entries()) utimesSync(path, 100, 100 - index)
    expect(logs.list('web').map(({ run, operator, bytes }) => [run, operator, bytes])).toEqual([
      ['r1', 'start', 1],
      ['r2', 'refresh', 1],
    ])
    expect(logs.latestLog('web')).toBe(paths[0])
    expect(logs.size(paths[0] ?? '')).toBe(1)
    expect(logs.size('/none')).toBe(0)
  })

  it('are capped under the hands of who writes to them', () => {
    const logs = createLogStore(temporary())
    const path = logs.path('web', 'r1', 'start')
    const writer = openSync(path, 'a')
    try {
      for (let round = 1; round <= 7; round++) {
        writeSync(writer, `round ${round}\n`)
        truncateSync(path, 12 * 1024 * 1024)
        writeSync(writer, `\nend ${round}\n`)
        logs.capLogs('web')
        expect(statSync(path).size).toBe(0)
      }
      writeSync(writer, 'after\n')
    } finally {
      closeSync(writer)
    }
    expect(readFileSync(path, 'utf8')).toBe('after\n')
    expect(readdirSync(join(path, '..')).sort()).toEqual([
      'r1-start.log',
      ...[1, 2, 3, 4, 5].map((part) => `r1-start.log.${part}`),
    ])
    expect(statSync(`${path}.1`).size).toBe(10 * 1024 * 1024)
    expect([1, 5].map((part) => tailOf(`${path}.${part}`, 1)[0])).toEqual(['end 7', 'end 3'])
  })

  it('are cut by one process at a time, and not again where that has been done', () => {
    const logs = createLogStore(temporary())
    const path = logs.path('web', 'r1', 'start')
    const names = (): string[] => readdirSync(join(path, '..')).sort()
    writeFileSync(path, '')
    truncateSync(path, 12 * 1024 * 1024)
    const right = `${path}.cutting`
    symlinkSync(JSON.stringify(ownRunOwner()), right)
    logs.capLogs('web')
    expect([statSync(path).size, names()]).toEqual([12 * 1024 * 1024, ['r1-start.log', 'r1-start.log.cutting']])
    rmSync(right)
    // Of somebody who is no more.
    symlinkSync(JSON.stringify({ ...ownRunOwner(), startTime: '1' }), right)
    logs.capLogs('web')
    expect([statSync(path).size, names()]).toEqual([0, ['r1-start.log', 'r1-start.log.1']])
    // As it was when somebody else looked, before it was cut.
    capLog(path, 12 * 1024 * 1024)
    expect(names()).toEqual(['r1-start.log', 'r1-start.log.1'])
  })

  it('of a run that was gone on with are known by its id', () => {
    const logs = createLogStore(temporary())
    const run = '20261120-073015-4512'
    const [start = '', refresh = ''] = ['start', 'refresh'].map((operator) => logs.path('web', run, operator))
    for (const path of [start, refresh]) {
      writeFileSync(path, '')
      truncateSync(path, 12 * 1024 * 1024)
    }
    const record = { ...emptyRecord('web'), startedVersion: `${run}-2` }
    createLogStore(dirname(dirname(dirname(dirname(start))))).capWritten([record])
    expect([statSync(start).size, statSync(refresh).size]).toEqual([0, 12 * 1024 * 1024])
  })

  it('go with all but the last ten runs, save that of the last start', () => {
    const logs = createLogStore(temporary())
    const runs = Array.from({ length: 14 }, (_, index) => `r${index + 10}`)
    for (const run of runs) writeFileSync(logs.path('web', run, run < 'r12' ? 'start' : 'refresh'), '')
    writeFileSync(`${logs.path('web', 'r12', 'refresh')}.1`, '')
    logs.capLogs('web')
    expect(logs.list('web').map((log) => log.run)).toEqual(['r11', ...runs.slice(-10)])
    expect(existsSync(`${logs.path('web', 'r12', 'refresh')}.1`)).toBe(false)
  })
})

describe('following a log', () => {
  it('hands on what comes, from before there is a file to after it was cut', async () => {
    const path = join(temporary(), 'log')
    const end = new AbortController()
    let seen = ''
    const following = follow({ path, from: 0, onChunk: (text) => (seen += text), signal: end.signal })
    writeFileSync(path, 'öne\n')
    await until(() => seen === 'öne\n', 'the first line')
    appendFileSync(path, 'two\n')
    await until(() => seen === 'öne\ntwo\n', 'the second line')
    truncateSync(path, 0)
    appendFileSync(path, 'cut\n')
    await until(() => seen === 'öne\ntwo\ncut\n', 'the line after the cut')
    end.abort()
    await following
  })
})
