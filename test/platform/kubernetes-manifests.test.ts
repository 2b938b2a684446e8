import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { type Manifest, schemaProblems } from '../rig/kubernetes-schemas.ts'
import { kindOf, PASSWORD, type Rendered, renderAll } from './support/kubernetes.ts'

const IMAGE = 'registry.example.com/team/bento:1.0.0'
const LONGEST = `n${'a-'.repeat(30)}zz`

const ODD_TEXTS = {
  QUOTES: `it's "so" \`he\` \\ said`,
  LINES: 'first\n  second\r\n\n# third\n---\n...',
  TABS: '\t a \t',
  UNICODE: 'Größe 漢字 🚀 \u001b[0m',
  TEMPLATE: '{{config.image}} {{{x}}} {{#if}} ${HOME} $(NAME) $$',
  YAML: '- {a: [b, *c]} # no comment',
  YES: 'yes',
  NULL: '~',
  OCTAL: '0777',
  TIME: '12:30:00',
  EMPTY: '',
  'with.dots-and_more': ' ',
}

const ALL = {
  image: 'registry.example.com:5000/team/bento@sha256:0123456789abcdef',
  replicas: 3,
  port: 3000,
  namespace: 'models',
  context: 'two',
  'pull-secret': { server: 'registry.example.com:5000', username: 'robot$team', password: '$' + '{env:PASSWORD}' },
  ingress: {
    host: 'models.example.com',
    path: '/v1.0/models.d/..bento',
    'path-type': 'Exact',
    class: 'nginx',
    'tls-secret': 'models.example.com',
    annotations: { 'nginx.ingress.kubernetes.io/rewrite-target': '/$2', odd: ODD_TEXTS.LINES },
  },
  'readiness-path': '/readyz?a="b"',
  'liveness-path': '/livez',
  'start-seconds': 1500,
  'stop-seconds': 0,
  resources: { requests: { cpu: 1, memory: '1.5Gi' }, limits: { 'nvidia.com/gpu': 2, memory: '2G' } },
  'node-selector': { 'kubernetes.io/arch': 'amd64', gpu: 'true' },
  env: { A: 'b', ...ODD_TEXTS },
  secrets: ['database', 'object.store'],
  user: 1034,
  'read-only-root': false,
  writable: ['/tmp', '/home/bento ml/"cache"'],
}

/** By the names of the deployments. */
const CONFIGURATIONS = {
  least: { image: IMAGE },
  all: ALL,
  [LONGEST]: { image: IMAGE, env: ODD_TEXTS, ingress: { host: '*.example.com' } },
  '1-2': {
    image: 'bento',
    'pull-secret': { name: 'shared' },
    ingress: { enabled: false },
    'readiness-path': '',
    resources: { requests: {}, limits: {} },
    writable: [],
  },
  b: { image: IMAGE, ingress: { path: '/a(/|$)(.*)', 'path-type': 'ImplementationSpecific' } },
}

interface Configuration {
  readonly image: string
  readonly namespace?: string
  readonly env?: Readonly<Record<string, string>>
}

let revealed: Promise<Map<string, Rendered>> | undefined

/** As it is rendered with its secrets; all are, once. */
async function rendering(name: string): Promise<Rendered> {
  revealed ??= renderAll(CONFIGURATIONS, '--reveal-secrets')
  const rendered = (await revealed).get(name)
  if (rendered === undefined) throw new Error(`${name} was not rendered`)
  return rendered
}

describe.each(Object.entries<Configuration>(CONFIGURATIONS))('%s', (name, config) => {
  test("fits Kubernetes' own schemas, and in itself", async () => {
    const rendered = await rendering(name)
    expect(rendered.manifests).toHaveLength({ all: 4, '1-2': 2 }[name] ?? 3)
    expect(schemaProblems(rendered.manifests)).toEqual([])
    const deployment = kindOf(rendered, 'Deployment') as Manifest
    const service = kindOf(rendered, 'Service') as Manifest
    const ingress = kindOf(rendered, 'Ingress')
    const { template, selector } = deployment.spec
    const [container] = template.spec.containers

    expect(template.metadata.labels).toMatchObject(selector.matchLabels)
    expect(template.metadata.labels).toMatchObject(service.spec.selector)
    expect(service.spec.selector).toEqual(selector.matchLabels)
    expect(container.ports).toContainEqual(expect.objectContaining({ name: service.spec.ports[0].targetPort }))
    expect(service.spec).toMatchObject({ type: 'ClusterIP' })
    for (const { metadata } of rendered.manifests) {
      expect(metadata.labels).toEqual({
        'app.kubernetes.io/name': 'image',
        'app.kubernetes.io/instance': name,
        'app.kubernetes.io/managed-by': 'paictl',
        'app.kubernetes.io/part-of': 'project',
      })
      expect(metadata.namespace).toBe(config.namespace ?? 'default')
    }
    for (const { backend } of ingress?.spec.rules[0].http.paths ?? []) {
      expect(backend.service).toEqual({ name: service.metadata.name, port: { name: service.spec.ports[0].name } })
    }
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
      const { httpGet, tcpSocket } = container[probe]
      expect((httpGet ?? tcpSocket).port).toBe(service.spec.ports[0].targetPort)
    }
    const mounted = container.volumeMounts.map((mount: { name: string }) => mount.name)
    expect(mounted).toEqual(template.spec.volumes.map((volume: { name: string }) => volume.name))
    const pull = kindOf(rendered, 'Secret')?.metadata.name ?? (name === '1-2' ? 'shared' : undefined)
    expect(template.spec.imagePullSecrets).toEqual(pull && [{ name: pull }])
    expect(template.spec.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    })
    expect(container.securityContext).toMatchObject({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    })

    const env = Object.entries(config.env ?? {})
    expect(container.env).toEqual(env.map(([key, value]) => ({ name: key, value })))
    expect(container.image).toBe(config.image)
  })
})

test('all that is configured is where it belongs', async () => {
  const rendered = await rendering('all')
  const { spec } = kindOf(rendered, 'Deployment') as Manifest
  expect(spec).toMatchObject({ replicas: 3, progressDeadlineSeconds: 1500 })
  expect(spec.template.spec).toMatchObject({
    terminationGracePeriodSeconds: 0,
    nodeSelector: ALL['node-selector'],
    securityContext: { runAsUser: 1034, runAsGroup: 1034, fsGroup: 1034 },
  })
  expect(spec.template.spec.containers[0]).toMatchObject({
    ports: [{ containerPort: 3000 }],
    envFrom: [{ secretRef: { name: 'database' } }, { secretRef: { name: 'object.store' } }],
    resources: ALL.resources,
    startupProbe: { httpGet: { path: '/readyz?a="b"' }, failureThreshold: 1500 },
    readinessProbe: { httpGet: { path: '/readyz?a="b"' } },
    livenessProbe: { httpGet: { path: '/livez' } },
    securityContext: { readOnlyRootFilesystem: false },
    volumeMounts: [{ mountPath: '/tmp' }, { mountPath: '/home/bento ml/"cache"' }],
  })
  expect(kindOf(rendered, 'Ingress')).toMatchObject({
    metadata: { annotations: ALL.ingress.annotations },
    spec: {
      ingressClassName: 'nginx',
      tls: [{ hosts: ['models.example.com'], secretName: 'models.example.com' }],
      rules: [{ host: 'models.example.com', http: { paths: [{ path: '/v1.0/models.d/..bento', pathType: 'Exact' }] } }],
    },
  })
  const secret = kindOf(rendered, 'Secret') as Manifest
  expect(secret.type).toBe('kubernetes.io/dockerconfigjson')
  expect(JSON.parse(secret.stringData['.dockerconfigjson'])).toEqual({
    auths: { 'registry.example.com:5000': { username: 'robot$team', password: PASSWORD } },
  })
  expect(JSON.parse(rendered.texts.get('addresses.json') ?? '')).toEqual({
    inside: 'http://all.models.svc',
    outside: { host: 'models.example.com', path: ALL.ingress.path, tls: true },
  })
})

test('no form of the password is in anything that is shown', async () => {
  const { texts } = (await renderAll({ all: ALL })).get('all') as Rendered
  const forms = [PASSWORD, JSON.stringify(PASSWORD).slice(1, -1), Buffer.from(PASSWORD).toString('base64')]
  for (const text of texts.values()) for (const form of forms) expect(text).not.toContain(form)
  expect(texts.get('manifests/pull-secret.yaml')).toContain('"password": "***"')
  const outside = [...texts].filter(([file]) => file !== 'manifests/pull-secret.yaml')
  expect(outside.map(([, text]) => text).join()).not.toContain('***')
})

const hasShellcheck = spawnSync('shellcheck', ['--version']).status === 0

test.skipIf(!hasShellcheck)('shellcheck has nothing against the values as they are rendered', async () => {
  const { texts } = await rendering('all')
  const { stdout } = spawnSync('shellcheck', ['-'], { input: texts.get('settings.sh') ?? '', encoding: 'utf8' })
  expect([stdout, texts.get('settings.sh')]).toEqual(['', expect.stringContaining("namespace='models'")])
})
