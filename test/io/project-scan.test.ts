import { spawnSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadConfigModule, readComponentConfig } from '../../src/io/component-config.ts'
import { expandInputs } from '../../src/io/component-inputs.ts'
import { listDeployFiles } from '../../src/io/deploy-files.ts'
import { digestFile, findProjectRoot, readOptional, scanComponents } from '../../src/io/project-scan.ts'
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
      ['db', 'db'],
      ['linked', 'linked'],
      ['web', 'web'],
    ])
    expect(found[2]).toMatchObject({
      directory: join(components, 'web'),
      file: join(components, 'web/deploy/service.yaml'),
    })
    expect(problems).toMatchObject([
      { code: 'unreadable-file', data: { reason: 'a directory is where a file should be' } },
    ])
    expect(scanComponents(join(root, 'no'))).toEqual({ components: [], problems: [] })
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
        { path: '.env', source: join(deploy, '.env'), executable: false },
        { path: 'b.sh', source: join(deploy, 'b.sh'), executable: true },
        { path: 'lib/shared.sh', source: join(deploy, 'lib/shared.sh'), executable: true },
        { path: 'shared.sh', source: join(deploy, 'shared.sh'), executable: true },
        { path: 'sub/a.txt', source: join(deploy, 'sub/a.txt'), executable: false },
      ],
      directories: ['lib/', 'sub/'],
      problems: [],
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
    const { files, problems } = listDeployFiles(deploy)
    expect(files).toEqual([])
    const said = problems.map(({ code, data }) => [code, 'path' in data ? data.path.slice(deploy.length + 1) : ''])
    expect(said.sort((a, b) => ((a[1] ?? '') < (b[1] ?? '') ? -1 : 1))).toEqual([
      ['escaping-path', 'a-out'],
      ['unreadable-file', 'b-dangling'],
      ['not-a-file', 'e-fifo'],
      ['unreadable-file', 'sub/c-round'],
      ['unreadable-file', 'sub/d-itself'],
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

  it('may be a module, whose mistakes are diagnostics', async () => {
    const directory = temporary()
    writeTree(directory, {
      'good.mjs': 'export const derive = (config) => config\n',
      'throws.mjs': '\n\nthrow new Error("no luck\\nat all")\n',
      'syntax.mjs': 'export const derive = (\n',
      'wrong.mjs': 'export const check = 7\n',
    })
    const load = (name: string) => loadConfigModule(join(directory, name))
    const good = await load('good.mjs')
    expect(good.ok && Object.keys(good.value)).toEqual(['file', 'derive'])
    const failures = await Promise.all(['throws.mjs', 'wrong.mjs', 'none.mjs'].map(load))
    expect(failures.map((result) => !result.ok && [result.error.code, result.error.data])).toMatchObject([
      ['module-failed', { message: 'Error: no luck' }],
      ['module-failed', { message: 'its export "check" is no function' }],
      ['module-failed', {}],
    ])
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
})

describe('single files', () => {
  it('are read, hashed, or said to be unreadable', () => {
    const directory = temporary()
    writeFileSync(join(directory, 'a'), 'abc')
    expect(readOptional(join(directory, 'a'))).toEqual({ ok: true, value: 'abc' })
    expect(readOptional(join(directory, 'b'))).toEqual({ ok: true, value: undefined })
    expect(readOptional(directory).ok).toBe(false)
    expect(digestFile(join(directory, 'a'))).toEqual({
      ok: true,
      value: {
        sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
        bytes: Buffer.from('abc'),
      },
    })
    expect(digestFile(join(directory, 'b')).ok).toBe(false)
  })
})
