import type { Applied, ServiceRecord } from '../../../src/model/record.ts'
import type { RenderedService } from '../../../src/model/rendered.ts'
import { Secrets } from '../../../src/model/secrets.ts'
import { DEFAULT_TIMEOUTS, type ScriptRole, type Service } from '../../../src/model/service.ts'
import type { Span } from '../../../src/model/span.ts'

/** A place in the service.yaml of `component`, one line an edge. */
export function spanIn(component: string, line: number): Span {
  return {
    file: `/p/components/${component}/deploy/service.yaml`,
    start: { line, column: 5 },
    end: { line, column: 9 },
  }
}

/** A declared service. `needs` are names; one that ends in `?` is optional. */
export function makeService(name: string, needs: readonly string[] = [], more: Partial<Service> = {}): Service {
  return {
    name,
    component: name,
    kind: 'service',
    directory: `/p/components/${name}`,
    file: `/p/components/${name}/deploy/service.yaml`,
    description: undefined,
    tags: [],
    protected: false,
    clusterTypes: undefined,
    follows: [],
    prerequisites: needs.map((need, index) => ({
      service: need.replace('?', ''),
      optional: need.endsWith('?'),
      span: spanIn(name, index + 2),
    })),
    templateList: undefined,
    scripts: {},
    readiness: undefined,
    timeouts: DEFAULT_TIMEOUTS,
    retries: {},
    strictShell: false,
    restartWithPrerequisites: false,
    inputs: [],
    outputs: {},
    ...more,
  }
}

export function makeApplied(name: string, more: Partial<Applied> = {}): Applied {
  return {
    version: 'run-1',
    deployDirectory: `/state/${name}/run-1/deploy`,
    configFile: `/state/${name}/run-1/config.json`,
    secretsFile: null,
    commandLine: [],
    fingerprint: 'same',
    component: name,
    componentDirectory: `/p/components/${name}`,
    clusterType: 'local',
    prerequisites: [],
    optionalPrerequisites: [],
    scripts: { start: 'start.sh', stop: 'stop.sh' },
    readiness: null,
    timeouts: {},
    retries: {},
    strictShell: false,
    outputs: {},
    description: null,
    tags: [],
    protected: false,
    ...more,
  }
}

export function makeRecord(name: string, more: Partial<ServiceRecord> = {}): ServiceRecord {
  return {
    name,
    kind: 'service',
    phase: 'running',
    since: '2026-01-02T03:04:05.000Z',
    run: 'run-1',
    held: false,
    applied: makeApplied(name),
    startedVersion: 'run-1',
    failedStart: null,
    problem: null,
    boot: 'boot-1',
    dataGeneration: 0,
    prerequisiteGenerations: {},
    durations: {},
    ...more,
  }
}

export function makeRendered(service: Service, more: Partial<RenderedService> = {}): RenderedService {
  return {
    service,
    clusterType: 'local',
    config: {},
    commandLine: [],
    secrets: new Secrets(),
    files: [],
    outputs: {},
    readiness: undefined,
    fingerprint: 'new',
    manifest: { description: '', files: [], inputs: [] },
    ...more,
  }
}

/** The `scripts` of a service: each role's script is called after it. */
export function scriptsFor(...roles: readonly ScriptRole[]): Service['scripts'] {
  return Object.fromEntries(roles.map((role) => [role, { value: `${role}.sh`, span: spanIn('any', 1) }]))
}
