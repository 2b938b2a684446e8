import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const SOURCE = resolve(import.meta.dirname, '../src')

/** From the top down: a file may import from its own layer and from those below it. */
const LAYERS = ['.', 'cli', 'commands', 'ui', 'io', 'engine', 'config', 'model']

/** Beyond the order: these never meet, though one stands above the other. */
const STRANGERS = [['ui', 'io']]

interface Import {
  readonly from: string
  readonly to: string
}

const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
const imports = files.flatMap(importsOf)

/** Every import of another source file: static, dynamic and of types only. */
function importsOf(file: string): Import[] {
  const text = readFileSync(join(SOURCE, file), 'utf8')
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g)].map((match) => match[1] ?? '')
  return specifiers.map((to) => ({ from: file, to: relative(SOURCE, resolve(SOURCE, dirname(file), to)) }))
}

const layerOf = (file: string): string => (file.includes('/') ? (file.split('/')[0] ?? '') : '.')

test('every source file is in a layer, and every import leads to one', () => {
  expect(files.length).toBeGreaterThan(50)
  expect(files.filter((file) => !LAYERS.includes(layerOf(file)))).toEqual([])
  expect(imports.filter(({ to }) => !files.includes(to))).toEqual([])
})

test('imports go downward only', () => {
  const upward = imports.filter(({ from, to }) => LAYERS.indexOf(layerOf(to)) < LAYERS.indexOf(layerOf(from)))
  expect(upward).toEqual([])
})

test('io and ui do not know each other, and nothing imports the entry points', () => {
  const met = imports.filter(({ from, to }) =>
    STRANGERS.some(
      (pair) => pair.includes(layerOf(from)) && pair.includes(layerOf(to)) && layerOf(from) !== layerOf(to),
    ),
  )
  expect(met).toEqual([])
  expect(imports.filter(({ to }) => layerOf(to) === '.')).toEqual([])
})

test('there is no cycle of imports, types included', () => {
  const targets = new Map<string, string[]>()
  for (const { from, to } of imports) targets.set(from, [...(targets.get(from) ?? []), to])
  const done = new Set<string>()
  const visit = (file: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
    if (done.has(file)) return undefined
    for (const to of targets.get(file) ?? []) {
      const cycle = visit(to, [...path, file])
      if (cycle !== undefined) return cycle
    }
    done.add(file)
    return undefined
  }
  for (const file of files) expect(visit(file, [])).toBeUndefined()
})

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')

test('the engine and the model touch no file, process or clock', () => {
  const forbidden = /from 'node:(?!crypto')|\bprocess\.|\bDate\.now\(|\bsetTimeout\(|\bnew Date\(\)/
  const inner = files.filter((file) => ['engine', 'config', 'model'].includes(layerOf(file)))
  const impure = inner.filter((file) => {
    const code = withoutComments(readFileSync(join(SOURCE, file), 'utf8'))
    return forbidden.test(code.replaceAll("from 'node:path'", '').replaceAll("from 'node:buffer'", ''))
  })
  expect(inner.length).toBeGreaterThan(20)
  expect(impure).toEqual([])
})

test('only main.ts sets the exit code, only io starts processes, and only they touch the process', () => {
  const all = files.map((file) => ({ file, text: readFileSync(join(SOURCE, file), 'utf8') }))
  expect(all.filter(({ text }) => /process\.exitCode/.test(text)).map(({ file }) => file)).toEqual(['main.ts'])
  // Modules are kept from it where they are run.
  const leaving = all.filter(({ text }) => /process\.exit\b/.test(text)).map(({ file }) => file)
  expect(leaving.sort()).toEqual(['io/project/component-config.ts'])
  const touching = all.filter(({ text }) => /(?<![\w.])process\.(?!pid\b)/.test(withoutComments(text)))
  expect([...new Set(touching.map(({ file }) => layerOf(file)))].sort()).toEqual(['.', 'io'])
  const starters = all.filter(({ text }) => /'execa'|child_process/.test(text)).map(({ file }) => layerOf(file))
  expect(new Set(starters)).toEqual(new Set(['io']))
})
