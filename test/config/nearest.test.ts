import { expect, test } from 'vitest'
import { nearest, nearestKey } from '../../src/config/nearest.ts'

test.each([
  ['rest-sever', ['rest-server', 'web', 'db'], 'rest-server'],
  ['prot', ['port', 'host'], 'port'],
  ['Web', ['web'], 'web'],
  ['dbs', ['db', 'web'], 'db'],
  ['b', ['a', 'c'], null],
  ['web', ['database'], null],
  ['web', ['web'], null],
  ['cat', ['rat', 'bat'], 'bat'],
  ['x', [], null],
])('%s among %j is %s', (name, candidates, expected) => {
  expect(nearest(name, candidates)).toBe(expected)
  expect(nearest(name, [...candidates].reverse())).toBe(expected)
})

test.each([
  ['startScript', 'start-script'],
  ['start_script', 'start-script'],
  ['Start-Script', 'start-script'],
  ['strt-script', 'start-script'],
  ['colour', null],
])('key %s is %s', (key, expected) => {
  expect(nearestKey(key, ['start-script', 'stop-script'])).toBe(expected)
})
