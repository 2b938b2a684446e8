import { spawnSync } from 'node:child_process'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadConfigModule, readComponentConfig } from '../../src/io/project/component-config.ts'
import { expandInputs } from '../../src/io/project/component-inputs.ts'
import { scanComponents } from '../../src/io/project/component-scan.ts'
import { listDeployFiles } from '../../src/io/project/deploy-files.ts'
import { findProjectRoot } from '../../src/io/project/project-scan.ts'
import { temporary, writeTree } from './rig.ts'

describe('the root of a project', () => {
  it('is the nearest paictl.yaml, before any components/', () => {
    const root = temporary()
    writeTree(root, { 'paictl.yaml': '', 'inner/components/web/deploy/service.yaml': '' })
    const from = join(root, 'inner/components/web')
    expect(findProjectRoot(from)).toEqual({ ok: true, value: { root, paictlYaml: join(root, 'paictl.yaml') } })
  })

  it('is the nearest components/ otherwise', () => {
    const root = temporary()
    writeTree(root, { 'components/web/deploy/service.yaml': '' })
    expect(findProjectRoot(join(root, 'components/web'))).toEqual({ ok: true, value: { root } })
    const empty = temporary()
    const none = findProjectRoot(empty)
    expect(!none.ok && none.error.searched.slice(0, 1)).toEqual([empty])
  })
})

describe('components', () => {
  it('are the directories with a service.yaml, links among them', () => {
    const root = temporary()
    const components = join(root, 'components')
    writeTree(root, {
      'components/web/deploy/service.yaml': 'web',
      'components/db/deploy/service.yaml': 'db',
      'components/none/readme': '',
      'components/file': '',
      'components/.hidden/deploy/service.yaml': '',
      'elsewhere/deploy/service.yaml': 'linked',
    })
    mkdirSync(join(components, 'broken/deploy/service.yaml'), { recursive: true })
    symlinkSync('../elsewhere', join(components, 'linked'))
    const { components: found, problems } = scanComponents(components)
    expect(found.map(({ name, text }) => [name, text])).toEqual([
      ['broken', undefined],
      ['db', 'db'],
      ['linked', 'linked'],
      ['web', 'web'],
    ])
    expect(found[3]).toMatchObject({
      directory: join(components, 'web'),
      file: join(components, 'web/deploy/service.yaml'),
    })
    expect(problems).toMatchObject([{ code: 'not-a-file', service: 'broken', data: { found: 'a directory' } }])
    expect(scanComponents(join(root, 'no'))).toEqual({ components: [], problems: [] })
  })

  it('are known, if not read, where something else stands in the place of their service.yaml', () => {
    const root = temporary()
    writeTree(root, {
      'a/deploy/service.yml': '',
      'b/deploy/servcie.yaml': '',
      'c/deploy/start.sh': '',
      'd/service.yaml': '',
      'e/deploy/Service.YAML.txt': '',
      'f/deploy/service.yaml': 'f',
      'shared/lib.sh': '',
    })
    symlinkSync('nothing', join(root, 'l-dangling'))
    symlinkSync('m-round', join(root, 'm-round'))
    symlinkSync('f', join(root, 'n-same'))
    symlinkSync('f/deploy/service.yaml', join(root, 'o-file'))
    const { components, problems } = scanComponents(root)
    expect(components.map(({ name, text }) => [name, text])).toEqual([
      ['a', undefined],
      ['b', undefined],
      ['e', undefined],
      ['f', 'f'],
      ['l-dangling', undefined],
      ['m-round', undefined],
      ['n-same', undefined],
    ])
    const said = problems.map(({ severity, code, service, span, data }) => {
      const about = 'found' in data ? data.found : 'other' in data ? data.other : 'reason' in data ? data.reason : ''
      return [severity, code, service, span?.file.slice(root.length + 1), about]
    })
    expect(said).toEqual([
      ['error', 'no-service-file', 'a', 'a', 'deploy/service.yml'],
      ['error', 'no-service-file', 'b', 'b', 'deploy/servcie.yaml'],
      ['warning', 'no-service-file', 'c', 'c', null],
      ['warning', 'no-service-file', 'd', 'd', 'service.yaml'],
      ['error', 'no-service-file', 'e', 'e', 'deploy/Service.YAML.txt'],
      ['error', 'unreadable-file', 'l-dangling', 'l-dangling', 'this symbolic link leads to nothing'],
      ['error', 'unreadable-file', 'm-round', 'm-round', 'its symbolic links lead in a circle'],
      ['error', 'duplicate-service', 'n-same', 'n-same', 'f'],
    ])
  })

  it('of one directory reached by two links are one component', () => {
    const root = temporary()
    writeTree(root, { 'elsewhere/deploy/service.yaml': '', 'components/.keep': '' })
    symlinkSync('../elsewhere', join(root, 'components/a'))
    symlinkSync('../elsewhere', join(root, 'components/b'))
    expect(scanComponents(join(root, 'components')).problems).toMatchObject([
      { code: 'duplicate-service', service: 'b', data: { service: 'b', other: 'a' } },
    ])
  })
})

describe('what is under deploy/', () => {
  it('is listed with its directories, links that stay in the component as what they lead to', () => {
    const component = temporary()
    writeTree(component, {
      'deploy/b.sh': '#!/bin/sh\n',
      'deploy/sub/a.txt': '',
      'deploy/.env': '',
      'lib/shared.sh': '#!/bin/sh\n',
    })
    const deploy = join(component, 'deploy')
    symlinkSync('../lib/shared.sh', join(deploy, 'shared.sh'))
    symlinkSync('../lib', join(deploy, 'lib'))
    expect(listDeployFiles(deploy)).toEqual({
      files: [
        { path: '.env', source: join(deploy, '.env'), executable: false, size: 0 },
        { path: 'b.sh', source: join(deploy, 'b.sh'), executable: true, size: 10 },
        { path: 'lib/shared.sh', source: join(deploy, 'lib/shared.sh'), executable: true, size: 10 },
        { path: 'shared.sh', source: join(deploy, 'shared.sh'), executable: true, size: 10 },
        { path: 'sub/a.txt', source: join(deploy, 'sub/a.txt'), executable: false, size: 0 },
      ],
      directories: ['lib/', 'sub/'],
      problems: [],
      refused: [],
    })
    expect(listDeployFiles(join(component, 'none')).files).toEqual([])
  })

  it('is refused where it leads out, nowhere, round in circles, or is no file', () => {
    const component = temporary()
    const deploy = join(component, 'deploy')
    mkdirSync(join(deploy, 'sub'), { recursive: true })
    symlinkSync('/etc/hostname', join(deploy, 'a-out'))
    symlinkSync('nothing', join(deploy, 'b-dangling'))
    symlinkSync('..', join(deploy, 'sub/c-round'))
    symlinkSync('../../deploy/sub', join(deploy, 'sub/d-itself'))
    spawnSync('mkfifo', [join(deploy, 'e-fifo')])
    const { files, problems, refused } = listDeployFiles(deploy)
    expect(files).toEqual([])
    const said = problems.map(({ code, data }) => [code, 'path' in data ? data.path.slice(deploy.length + 1) : ''])
    expect(said.sort((a, b) => ((a[1] ?? '') < (b[1] ?? '') ? -1 : 1))).toEqual([
      ['escaping-link', 'a-out'],
      ['unreadable-file', 'b-dangling'],
      ['not-a-file', 'e-fifo'],
      ['unreadable-file', 'sub/c-round'],
      ['unreadable-file', 'sub/d-itself'],
    ])
    expect([...refused].sort()).toEqual(['a-out', 'b-dangling', 'e-fifo', 'sub/c-round', 'sub/d-itself'])
  })
})

describe('a deploy directory', () => {
  it("is the component's own", () => {
    const root = temporary()
    writeTree(root, { 'elsewhere/start.sh': '', 'a/lib/start.sh': '', 'b/x': '' })
    symlinkSync('lib', join(root, 'a/deploy'))
    symlinkSync('../elsewhere', join(root, 'b/deploy'))
    expect(listDeployFiles(join(root, 'a/deploy')).files).toMatchObject([{ path: 'start.sh' }])
    expect(listDeployFiles(join(root, 'b/deploy'))).toMatchObject({
      files: [],
      problems: [{ code: 'escaping-link', data: { target: '../elsewhere' } }],
      refused: [''],
    })
  })

  it('in which links multiply the files is not walked to the end', () => {
    const deploy = join(temporary(), 'deploy')
    for (let level = 0; level < 24; level += 1) {
      mkdirSync(join(deploy, `../d${level}`), { recursive: true })
      for (const link of ['a', 'b']) symlinkSync(`../d${level + 1}`, join(deploy, `../d${level}`, link))
    }
    mkdirSync(join(deploy, '../d24'))
    symlinkSync('d0', deploy)
    const { problems } = listDeployFiles(deploy)
    expect(problems).toMatchObject([
      { code: 'unreadable-file', data: { reason: expect.stringMatching('more than 5000 files') } },
    ])
  })
})

describe('the configuration of a component', () => {
  it('is what it has of its three files', () => {
    const directory = temporary()
    const component = { name: 'web', directory }
    expect(readComponentConfig(component)).toEqual({ ok: true, value: {} })
    writeTree(directory, { 'config/web.yaml': 'a: 1', 'config/web.mjs': '', 'config/other.yaml': '' })
    expect(readComponentConfig(component)).toEqual({
      ok: true,
      value: {
        defaults: { file: join(directory, 'config/web.yaml'), text: 'a: 1' },
        schema: undefined,
        module: join(directory, 'config/web.mjs'),
      },
    })
  })

  it('is no link that leads out, and nothing but files', () => {
    const root = temporary()
    writeTree(root, { 'a/config/a.mjs/x': '', 'b/lib/b.yaml': '', 'c/deploy/x': '', 'elsewhere/c.yaml': '' })
    symlinkSync('/etc/hostname', join(root, 'a/config/a.yaml'))
    symlinkSync('nothing', join(root, 'a/config/a.schema.json'))
    symlinkSync('lib', join(root, 'b/config'))
    symlinkSync('../elsewhere', join(root, 'c/config'))
    const read = (name: string) => readComponentConfig({ name, directory: join(root, name) })
    const problems = (name: string) => {
      const found = read(name)
      return found.ok ? [] : found.error.map(({ code, span }) => [code, span?.file.slice(root.length + 1)])
    }
    expect(problems('a')).toEqual([
      ['escaping-link', 'a/config/a.yaml'],
      ['unreadable-file', 'a/config/a.schema.json'],
      ['not-a-file', 'a/config/a.mjs'],
    ])
    expect(problems('b')).toEqual([])
    expect(problems('c')).toEqual([['escaping-link', 'c/config']])
  })

  it('may be a module, whose mistakes are diagnostics', async () => {
    const directory = temporary()
    writeTree(directory, {
      'good.mjs': 'export const derive = (config) => config\n',
      'throws.mjs': '\n\nthrow new Error("no luck\\nat all")\n',
      'syntax.mjs': 'export const derive = (\n',
      'wrong.mjs': 'export function derive() {}\nexport const check = 7\n',
      'empty.mjs': 'const derive = () => ({})\n',
    })
    const load = (name: string) => loadConfigModule(join(directory, name))
    const good = await load('good.mjs')
    expect(good).toMatchObject({ ok: true, value: { places: { derive: { start: { line: 1, column: 14 } } } } })
    expect(good.ok && [typeof good.value.derive, good.value.check]).toEqual(['function', undefined])
    const failures = await Promise.all(['throws.mjs', 'wrong.mjs', 'empty.mjs', 'none.mjs'].map(load))
    expect(failures.map((result) => !result.ok && [result.error.code, result.error.data])).toMatchObject([
      ['module-failed', { message: 'no luck' }],
      ['module-failed', { message: 'its export "check" is no function' }],
      ['module-failed', { message: 'it exports neither "derive" nor "check"' }],
      ['module-failed', {}],
    ])
    expect(failures[1]).toMatchObject({ error: { span: { start: { line: 2, column: 14 } } } })
    // Where a module's syntax is wrong depends on who loads it: test/diagnostics has Node do it.
    expect((await load('syntax.mjs')).ok).toBe(false)
  })
})

describe('inputs', () => {
  it('are the files that the globs match', () => {
    const directory = temporary()
    writeTree(directory, {
      'web/src/a.py': '',
      'web/src/deep/b.py': '',
      'web/src/b.txt': '',
      'web/node_modules/x/y.py': '',
      'web/data.csv': '',
      'shared/c.py': '',
    })
    const { files, unmatched } = expandInputs(join(directory, 'web'), [
      'src/**/*.py',
      'data.csv',
      '../shared/*.py',
      '**/*.py',
      'none/*.js',
    ])
    expect(files.map((file) => file.path)).toEqual(['../shared/c.py', 'data.csv', 'src/a.py', 'src/deep/b.py'])
    expect(files[0]?.source).toBe(join(directory, 'shared/c.py'))
    expect(unmatched).toEqual(['none/*.js'])
  })

  it('do not lead out of the component by a link, nor into a circle', () => {
    const root = temporary()
    writeTree(root, { 'web/data/a.csv': '', 'web/shared.csv': '', 'elsewhere/b.csv': '' })
    const web = join(root, 'web')
    symlinkSync('../../elsewhere/b.csv', join(web, 'data/b.csv'))
    symlinkSync('../shared.csv', join(web, 'data/c.csv'))
    symlinkSync('d.csv', join(web, 'data/d.csv'))
    symlinkSync('../elsewhere', join(web, 'out'))
    const { files, unmatched, problems } = expandInputs(web, ['data/*.csv', 'data/b.csv', 'out/*.csv', 'out/b.csv'])
    expect(files.map((file) => file.path)).toEqual(['data/a.csv', 'data/c.csv'])
    expect(unmatched).toEqual([])
    expect(problems.map(({ code, data }) => [code, 'path' in data && data.path?.slice(web.length + 1)])).toEqual([
      ['escaping-link', 'data/b.csv'],
      ['unreadable-file', 'data/d.csv'],
      ['escaping-link', 'out'],
      ['escaping-link', 'out'],
    ])
  })
})
