import { describe, expect, test } from 'vitest'
import { type ReadReference, resolveReferences } from '../../src/config/cluster/references.ts'
import { toJson } from '../../src/config/yaml/yaml-node.ts'
import { parseYaml } from '../../src/config/yaml/yaml-tree.ts'
import { err, ok } from '../../src/model/result.ts'
import { listing } from './listing.ts'

const VALUES: Readonly<Record<string, string>> = { 'env:TOKEN': 'hunter22', 'env:PIN': '123', 'file:pw': 's3cret!' }

const read: ReadReference = ({ kind, name }) => {
  const value = VALUES[`${kind}:${name}`]
  return value === undefined ? err({ reason: 'it is not set', nearest: name === 'TOKN' ? 'TOKEN' : null }) : ok(value)
}

function resolve(yaml: string) {
  const { root } = parseYaml('/p/web.yaml', yaml)
  if (root === undefined) throw new Error('the test has broken YAML')
  return { root, ...resolveReferences(root, read, 'web') }
}

describe('a reference', () => {
  test('becomes its value, alone or inside a text, wherever it stands', () => {
    const { tree, secrets, diagnostics } = resolve(
      'a: ${env:TOKEN}\nb: ["x ${file:pw} y", {c: "${env:TOKEN}:${file:pw}"}]\n',
    )
    expect(toJson(tree)).toEqual({ a: 'hunter22', b: ['x s3cret! y', { c: 'hunter22:s3cret!' }] })
    expect([...new Set(secrets)].sort()).toEqual(['hunter22', 's3cret!'])
    expect(diagnostics).toEqual([])
  })

  test('is left as text where it is written with two dollar signs', () => {
    expect(toJson(resolve('a: $${env:TOKEN} $${file:x}\n').tree)).toEqual({ a: '${env:TOKEN} ${file:x}' })
  })

  test.each(['${HOME}', '${NAME:-default}', '${x:0:3}', '$TOKEN', '{env:TOKEN}', '${}'])('is not %s', (text) => {
    const { tree, root } = resolve(`a: '${text}'\n`)
    expect(tree).toBe(root)
  })

  test('of less than four characters is a warning', () => {
    expect(listing(resolve('pin: ${env:PIN}\n').diagnostics)).toEqual([
      expect.stringContaining(
        'warning short-secret /p/web.yaml:1:6 [web] {"reference":"${env:PIN}","length":3,"least":4}',
      ),
    ])
  })
})

describe('a reference without a value', () => {
  test('is pointed at exactly, with the nearest name', () => {
    const { diagnostics, unresolved, root } = resolve('a: 1\nurl: "http://${env:TOKN}@h"\n')
    expect(listing(diagnostics)).toEqual([
      expect.stringContaining(
        'error unresolved-reference /p/web.yaml:2:14 [web] {"reference":"${env:TOKN}","reason":"it is not set","nearest":"TOKEN"}',
      ),
    ])
    expect(diagnostics[0]?.span?.end).toEqual({ line: 2, column: 25 })
    expect(diagnostics[0]?.service).toBe('web')
    expect([...unresolved]).toEqual([root.kind === 'map' ? root.entries[1]?.value.span : undefined])
  })

  test.each([
    ['${env:}', 'the name of a variable is missing'],
    ['${file:}', 'the path of a file is missing'],
    ['${env:TOKEN', 'it is not closed with \\"}\\"'],
    ['${env:TO KEN}', '\\"TO KEN\\" is no name of a variable: letters, digits and \\"_\\", no digit first'],
    ['${env:T:-x}', '\\"T:-x\\" is no name of a variable: letters, digits and \\"_\\", no digit first'],
    ['${ENV:TOKEN}', '\\"ENV\\" is neither env nor file'],
    ['${evn:TOKEN}', '\\"evn\\" is neither env nor file'],
    ['${environment:TOKEN}', '\\"environment\\" is neither env nor file'],
  ])('%s is badly written', (text, expected) => {
    expect(listing(resolve(`a: '${text}'\n`).diagnostics)).toEqual([
      expect.stringContaining(
        `error bad-reference /p/web.yaml:1:5 [web] {"reference":"${text}","expected":"${expected}"}`,
      ),
    ])
  })
})
