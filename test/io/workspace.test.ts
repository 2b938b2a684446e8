import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createWorkspace } from '../../src/io/staging/workspace.ts'
import { StateError } from '../../src/io/state/state-error.ts'
import { projectWith, renderedService, temporary, writeTree } from './rig.ts'

const FILES = {
  'notes.txt': 'root\n',
  'lib/common.sh': 'common\n',
  'components/web/deploy/start.sh': 'true\n',
  'components/web/deploy/bin/tool': '#!/bin/sh\n',
  'components/web/deploy/conf/a.yaml': 'a: 1\n',
  'components/web/src/app.txt': 'app\n',
  'components/db/deploy/start.sh': 'true\n',
  'components/db/schema.sql': 'schema\n',
}

const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8)

describe('staging', () => {
  it('writes files, configuration and directories, for their owner alone', () => {
    const { root, cluster, componentsDirectory } = projectWith(FILES)
    const workspace = createWorkspace({ cluster, project: { root, componentsDirectory } })
    const web = renderedService(root, 'web', { start: 'start.sh' })
    const files = [...web.files, { path: 'conf/made.yaml', content: 'b: 2\n', executable: false }]
    const applied = workspace.stage({ ...web, files }, 'r1')

    const deploy = applied.deployDirectory
    expect(readFileSync(join(deploy, 'conf/made.yaml'), 'utf8')).toBe('b: 2\n')
    expect(readFileSync(join(deploy, 'conf/a.yaml'), 'utf8')).toBe('a: 1\n')
    expect(
      ['start.sh', 'bin/tool', 'conf/a.yaml', 'conf/made.yaml', 'conf', '.'].map((path) => mode(join(deploy, path))),
    ).toEqual(['700', '700', '600', '600', '700', '700'])
    expect(JSON.parse(readFileSync(applied.configFile, 'utf8'))).toEqual({ port: 1 })
    expect(mode(applied.configFile)).toBe('600')
    const service = join(cluster, 'services/web')
    expect(readdirSync(service).sort()).toEqual(['data', 'run', 'versions'])
    expect(realpathSync(join(service, 'versions/r1/deploy'))).toBe(deploy)
    expect(readlinkSync(join(service, 'versions/r1/deploy')).startsWith('..')).toBe(true)
    expect([cluster, service, join(service, 'data')].map(mode)).toEqual(['700', '700', '700'])
    expect(applied).toMatchObject({
      version: 'r1',
      component: 'web',
      scripts: { start: 'start.sh' },
      prerequisites: [],
    })
  })

  it('keeps the rights of the owner under an umask that takes them', () => {
    const before = process.env.PATH
    const { root, cluster, componentsDirectory } = projectWith(FILES)
    const program = join(temporary(), 'stage.mjs')
    writeFileSync(
      program,
      `process.umask(0o277)
const { makeDirectory, replaceFile } = await import(${JSON.stringify(join(process.cwd(), 'src/io/state/atomic-file.ts'))})
makeDirectory(${JSON.stringify(join(cluster, 'a/b'))})
replaceFile(${JSON.stringify(join(cluster, 'a/b/file'))}, 'x')\n`,
    )
    const bundled = join(temporary(), 'stage.mjs')
    const esbuild = join(process.cwd(), 'node_modules/.bin/esbuild')
    const built = spawnSync(esbuild, [program, '--bundle', '--platform=node', '--format=esm', `--outfile=${bundled}`])
    expect(built.status, String(built.stderr)).toBe(0)
    expect(spawnSync(process.execPath, [bundled], { env: { PATH: before } }).status).toBe(0)
    expect([join(cluster, 'a'), join(cluster, 'a/b'), join(cluster, 'a/b/file')].map(mode)).toEqual([
      '700',
      '700',
      '600',
    ])
    expect(root).not.toBe(componentsDirectory)
  })

  it('lets relative paths that leave the copy reach the files of the project', () => {
    const { root, cluster, componentsDirectory } = projectWith(FILES)
    const workspace = createWorkspace({ cluster, project: { root, componentsDirectory } })
    workspace.stage(renderedService(root, 'db'), 'r1')
    const { deployDirectory } = workspace.stage(renderedService(root, 'web'), 'r1')
    const paths = [
      '../src/app.txt',
      '../../db/schema.sql',
      '../../db/deploy/start.sh',
      '../../../lib/common.sh',
      '../../../notes.txt',
      '../deploy/start.sh',
    ]
    for (const path of paths) {
      // By the system's own way of walking up, from inside of the copy.
      const { stdout } = spawnSync('cat', [path], { cwd: deployDirectory, encoding: 'utf8' })
      expect(stdout, path).toBe(FILES[join('components/web/deploy', path) as keyof typeof FILES])
    }
    expect(deployDirectory.startsWith(cluster)).toBe(true)
  })

  it.each([
    ['deeper', 'platform/parts'],
    ['the root itself', ''],
    ['outside of the root', '../elsewhere/parts'],
  ])('mirrors components that are %s', (_, where) => {
    const { root, cluster } = projectWith({ 'notes.txt': 'root\n' })
    const componentsDirectory = join(root, where)
    writeTree(componentsDirectory, { 'web/deploy/start.sh': 'true\n', 'db/schema.sql': 'schema\n' })
    const workspace = createWorkspace({ cluster, project: { root, componentsDirectory } })
    const web = renderedService(root, 'web')
    const { deployDirectory } = workspace.stage({ ...web, files: [] }, 'r1')
    const read = (path: string): string => spawnSync('cat', [path], { cwd: deployDirectory, encoding: 'utf8' }).stdout
    expect(read('../../db/schema.sql')).toBe('schema\n')
    if (!where.startsWith('..')) expect(read(join('../..', where.replace(/[^/]+/g, '..'), 'notes.txt'))).toBe('root\n')
  })

  it('does not mirror a state directory inside of the project into itself', () => {
    const { root, componentsDirectory } = projectWith(FILES)
    const cluster = join(root, '.state/demo')
    createWorkspace({ cluster, project: { root, componentsDirectory } }).stage(renderedService(root, 'web'), 'r1')
    expect(readdirSync(join(cluster, 'tree')).sort()).toEqual(['components', 'lib', 'notes.txt'])
  })

  it('replaces what was staged for the same run before', () => {
    const { root, cluster, componentsDirectory } = projectWith(FILES)
    const workspace = createWorkspace({ cluster, project: { root, componentsDirectory } })
    const web = renderedService(root, 'web')
    const { deployDirectory } = workspace.stage(web, 'r1')
    writeFileSync(join(deployDirectory, 'stray'), '')
    workspace.stage(web, 'r1')
    expect(readdirSync(deployDirectory).sort()).toEqual(['bin', 'conf', 'start.sh'])
  })

  it('sees what the project has gained and lost since', () => {
    const { root, cluster, componentsDirectory } = projectWith(FILES)
    const project = { root, componentsDirectory }
    createWorkspace({ cluster, project }).stage(renderedService(root, 'web'), 'r1')
    renameSync(join(root, 'notes.txt'), join(root, 'renamed.txt'))
    renameSync(join(componentsDirectory, 'db'), join(componentsDirectory, 'sql'))
    writeTree(root, { 'components/web/new.txt': 'new\n' })
    createWorkspace({ cluster, project }).stage(renderedService(root, 'web'), 'r2')
    const tree = join(cluster, 'tree')
    expect(readdirSync(tree).sort()).toEqual(['components', 'lib', 'renamed.txt'])
    expect(readdirSync(join(tree, 'components')).sort()).toEqual(['sql', 'web'])
    expect(readdirSync(join(tree, 'components/web')).sort()).toEqual(['deploy', 'new.txt', 'src', 'web@r1', 'web@r2'])
  })

  it('says plainly what cannot be read or written', () => {
    const { root, cluster, componentsDirectory } = projectWith(FILES)
    const workspace = createWorkspace({ cluster, project: { root, componentsDirectory } })
    writeTree(join(cluster, '..'), { demo: 'a file\n' })
    expect(() => workspace.stage(renderedService(root, 'web'), 'r1')).toThrow(StateError)
    expect(() => workspace.stage(renderedService(root, 'web'), 'r1')).toThrow(
      /: (something is there already|a file is)/,
    )
  })
})

it('a file that is gone by the time it is staged is named', () => {
  const { root, cluster, componentsDirectory } = projectWith(FILES)
  const web = renderedService(root, 'web')
  const source = join(componentsDirectory, 'web/deploy/start.sh')
  renameSync(source, `${source}.bak`)
  const workspace = createWorkspace({ cluster, project: { root, componentsDirectory } })
  expect(() => workspace.stage(web, 'r1')).toThrow(`${source}: no such file or directory`)
})

describe('a transient copy', () => {
  it('is apart from all versions and goes without a trace', () => {
    const { root, cluster, componentsDirectory } = projectWith(FILES)
    const workspace = createWorkspace({ cluster, project: { root, componentsDirectory } })
    const { applied, dispose } = workspace.stageTransient(renderedService(root, 'web'))
    expect(readFileSync(join(applied.deployDirectory, '../src/app.txt'), 'utf8')).toBe('app\n')
    dispose()
    expect(readdirSync(join(cluster, 'tree/components/web')).sort()).toEqual(['deploy', 'src'])
    expect(readdirSync(join(cluster, 'transient'))).toEqual([])
    expect(existsSync(join(cluster, 'services'))).toBe(false)
  })

  it('of a reader that was killed is swept by the next', () => {
    const { root, cluster, componentsDirectory } = projectWith(FILES)
    const project = { root, componentsDirectory }
    const left = createWorkspace({ cluster, project }).stageTransient(renderedService(root, 'web'))
    const dead = spawnSync('true').pid
    const rename = (path: string): string => path.replace(`look-${process.pid}-`, `look-${dead}-`)
    const directory = join(left.applied.configFile, '..')
    renameSync(left.applied.deployDirectory, rename(left.applied.deployDirectory))
    renameSync(directory, rename(directory))
    writeFileSync(join(rename(directory), 'deploy.new'), '')
    symlinkSync(rename(readlinkSync(join(rename(directory), 'deploy'))), join(rename(directory), 'link'))
    renameSync(join(rename(directory), 'link'), join(rename(directory), 'deploy'))
    createWorkspace({ cluster, project }).stageTransient(renderedService(root, 'db')).dispose()
    expect(readdirSync(join(cluster, 'transient'))).toEqual([])
    expect(readdirSync(join(cluster, 'tree/components/web')).sort()).toEqual(['deploy', 'src'])
  })
})

describe('what is no longer needed', () => {
  it('prune keeps what is named and the last three others', () => {
    const { root, cluster, componentsDirectory } = projectWith(FILES)
    const workspace = createWorkspace({ cluster, project: { root, componentsDirectory } })
    const web = renderedService(root, 'web')
    for (const run of ['r1', 'r2', 'r3', 'r4', 'r5', 'r6']) workspace.stage(web, run)
    workspace.prune('web', ['r1', 'r6'])
    expect(readdirSync(join(cluster, 'services/web/versions')).sort()).toEqual(['r1', 'r3', 'r4', 'r5', 'r6'])
    expect(readdirSync(join(cluster, 'tree/components/web')).filter((name) => name.includes('@'))).toHaveLength(5)
    workspace.prune('db', [])
  })

  it('data is removed with its links, and not what they lead to', () => {
    const { root, cluster, componentsDirectory } = projectWith(FILES)
    const workspace = createWorkspace({ cluster, project: { root, componentsDirectory } })
    workspace.stage(renderedService(root, 'web'), 'r1')
    const data = join(cluster, 'services/web/data')
    const outside = temporary()
    writeTree(outside, { precious: 'x', 'inner/precious': 'y' })
    mkdirSync(join(data, 'deep'))
    writeFileSync(join(data, 'deep/file'), '')
    symlinkSync(outside, join(data, 'deep/directory'))
    symlinkSync(join(outside, 'precious'), join(data, 'file'))
    chmodSync(join(data, 'deep'), 0o500)
    workspace.removeData('web')
    expect(existsSync(data)).toBe(false)
    expect(readdirSync(outside).sort()).toEqual(['inner', 'precious'])

    symlinkSync(outside, data)
    workspace.removeData('web')
    expect(lstatSync(data, { throwIfNoEntry: false })).toBeUndefined()
    expect(readFileSync(join(outside, 'inner/precious'), 'utf8')).toBe('y')
    workspace.removeData('web')
  })

  it('the run directory is emptied, and stays', () => {
    const { root, cluster, componentsDirectory } = projectWith(FILES)
    const workspace = createWorkspace({ cluster, project: { root, componentsDirectory } })
    workspace.stage(renderedService(root, 'web'), 'r1')
    writeFileSync(join(cluster, 'services/web/run/pid'), '1')
    workspace.clearRunDirectory('web')
    expect(readdirSync(join(cluster, 'services/web/run'))).toEqual([])
  })
})
