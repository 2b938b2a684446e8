import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach } from 'vitest'
import type { ScriptRequest } from '../../src/engine/ports.ts'
import { listDeployFiles } from '../../src/io/project/deploy-files.ts'
import { startTimeOf } from '../../src/io/scripts/process-info.ts'
import type { ScriptContext } from '../../src/io/scripts/script-environment.ts'
import type { Applied, ServiceRecord } from '../../src/model/record.ts'
import type { RenderedService } from '../../src/model/rendered.ts'
import { Secrets } from '../../src/model/secrets.ts'
import { DEFAULT_TIMEOUTS, type ScriptRole, type Service } from '../../src/model/service.ts'
import { startOfFile } from '../../src/model/span.ts'

const made: string[] = []

/** A new temporary directory, removed after the test. */
export function temporary(): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'paictl-io-')))
  made.push(directory)
  return directory
}

afterEach(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
})

/** Writes files, by path under `root`; those with a `#!` line are executable. */
export function writeTree(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
    if (content.startsWith('#!')) chmodSync(join(root, path), 0o755)
  }
}

/** A project with a cluster's directory beside it. */
export function projectWith(files: Readonly<Record<string, string>>): {
  root: string
  cluster: string
  componentsDirectory: string
} {
  const top = temporary()
  const root = join(top, 'project')
  mkdirSync(join(root, 'components'), { recursive: true })
  writeTree(root, files)
  return { root, cluster: join(top, 'state', 'demo'), componentsDirectory: join(root, 'components') }
}

/** A service of `root` as it would be rendered: all files under deploy/ as they are. */
export function renderedService(
  root: string,
  component: string,
  scripts: Readonly<Partial<Record<ScriptRole, string>>> = {},
): RenderedService {
  const directory = join(root, 'components', component)
  const span = startOfFile(join(directory, 'deploy/service.yaml'))
  const located = Object.entries(scripts).map(([role, value]) => [role, { value, span }] as const)
  const service: Service = {
    name: component,
    component,
    kind: 'service',
    directory,
    file: span.file,
    description: undefined,
    tags: [],
    protected: false,
    clusterTypes: undefined,
    prerequisites: [],
    follows: [],
    templateList: undefined,
    scripts: Object.fromEntries(located),
    readiness: undefined,
    timeouts: DEFAULT_TIMEOUTS,
    retries: {},
    strictShell: false,
    restartWithPrerequisites: false,
    inputs: [],
    outputs: {},
  }
  const { files } = listDeployFiles(join(directory, 'deploy'))
  return {
    service,
    clusterType: 'local',
    config: { port: 1 },
    commandLine: [],
    secrets: new Secrets(),
    files,
    outputs: {},
    readiness: undefined,
    fingerprint: 'f',
    manifest: { description: '', files: [], inputs: [] },
  }
}

/** What is applied where a deploy directory was not staged but written by a test. */
export function appliedAt(deployDirectory: string, changes: Partial<Applied> = {}): Applied {
  return {
    version: 'r1',
    deployDirectory,
    configFile: join(dirname(deployDirectory), 'config.json'),
    secretsFile: null,
    commandLine: [],
    fingerprint: 'f',
    component: 'web',
    componentDirectory: dirname(deployDirectory),
    clusterType: 'local',
    prerequisites: [],
    optionalPrerequisites: [],
    scripts: {},
    readiness: null,
    timeouts: {},
    retries: {},
    strictShell: false,
    outputs: {},
    description: null,
    tags: [],
    protected: false,
    ...changes,
  }
}

/** Scripts in a directory, and what it takes to run them. */
export function scriptsWith(files: Readonly<Record<string, string>>, changes: Partial<Applied> = {}) {
  const top = temporary()
  const directory = join(top, 'deploy')
  writeTree(directory, files)
  const applied = appliedAt(directory, changes)
  const context: ScriptContext = {
    cluster: join(top, 'cluster'),
    clusterId: 'demo',
    project: top,
    env: process.env,
    kubeconfig: undefined,
  }
  const request = (script: string, timeoutMs?: number): ScriptRequest => ({
    service: 'web',
    role: 'start',
    applied,
    script,
    run: 'r1',
    log: join(top, 'log'),
    timeoutMs,
  })
  return { top, directory, applied, context, request, log: join(top, 'log') }
}

/** The process number that a script has written to a file; 0 before it has. */
export const pidIn = (file: string): number => (existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0)

export const isRunning = (pid: number): boolean => pid > 0 && startTimeOf(pid) !== undefined

export const contentOf = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '')

export function recordOf(name: string, changes: Partial<ServiceRecord> = {}): ServiceRecord {
  return {
    name,
    kind: 'service',
    phase: 'running',
    since: '2026-11-20T07:30:15.000Z',
    run: 'r1',
    held: false,
    applied: null,
    startedVersion: null,
    failedStart: null,
    problem: null,
    boot: 'b',
    dataGeneration: 0,
    prerequisiteGenerations: {},
    durations: {},
    ...changes,
  }
}
