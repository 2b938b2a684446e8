import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { expect, test } from 'vitest'
import { KubernetesProject } from '../rig/kubernetes-project.ts'

const IMAGE = 'registry.example.com/team/bento:1.0.0'
const PASSWORD = 'a "password"'
const PULL_SECRET = { server: 'registry.example.com', username: 'robot', password: PASSWORD }

async function configured(config: object = {}): Promise<KubernetesProject> {
  const project = await KubernetesProject.create()
  project.configure({ image: IMAGE, ...config })
  return project
}

async function started(config: object = {}): Promise<KubernetesProject> {
  const project = await configured(config)
  expect(await project.paictl('service', 'start', 'bento')).toMatchObject({ code: 0 })
  return project
}

/** What `service describe` says of it; `described` is what the describe-script printed. */
async function describe(project: KubernetesProject) {
  const { stdout } = await project.paictl('service', 'describe', 'bento', '--output', 'json')
  return JSON.parse(stdout).services[0]
}

const change = (project: KubernetesProject, verb: string, ...options: string[]) =>
  project.paictl('service', verb, 'bento', ...options)

test('starts, is left alone, refreshes, stops and deletes', async () => {
  const project = await started({ replicas: 2, 'pull-secret': PULL_SECRET, env: { GREETING: 'hello' } })
  const made = ['deployments/default.bento', 'ingresses/default.bento', 'services/default.bento']
  expect(project.objects()).toEqual([...made, ...project.pods(), 'secrets/default.bento-pull'].sort())
  const { state, described, outputs } = await describe(project)
  expect([state, outputs.url]).toEqual(['running', 'http://bento.default.svc'])
  expect(described).toEqual({
    namespace: 'default',
    image: IMAGE,
    replicas: { wanted: 2, updated: 2, available: 2 },
    addresses: { inside: 'http://bento.default.svc', outside: { host: null, path: '/bento', tls: false } },
    conditions: [{ type: 'Available', status: 'True', message: 'as its "pods" are' }],
  })
  const first = project.pods()
  expect(first).toHaveLength(2)
  project.calls()
  expect(await change(project, 'start')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/left +bento +running/),
  })
  expect(project.calls().filter((call) => call.includes(' apply '))).toEqual([])

  // The same again replaces no pod, another image each of them.
  expect(await change(project, 'refresh')).toMatchObject({ code: 0 })
  expect(project.pods()).toEqual(first)
  project.configure({ image: `${IMAGE}-2`, replicas: 3, 'pull-secret': PULL_SECRET })
  expect(await project.paictl('apply', '--yes')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('1 refreshed'),
  })
  expect(project.pods()).toHaveLength(3)
  expect(project.pods().filter((pod) => first.includes(pod))).toEqual([])
  expect((await describe(project)).described.image).toBe(`${IMAGE}-2`)

  expect(await change(project, 'stop')).toMatchObject({ code: 0 })
  expect(project.objects()).toEqual([...made, 'secrets/default.bento-pull'].sort())
  expect(await change(project, 'stop')).toMatchObject({ code: 0 })
  expect((await describe(project)).state).toBe('held')
  expect(await change(project, 'start')).toMatchObject({ code: 0 })
  expect(project.pods()).toHaveLength(3)

  expect(await change(project, 'delete', '--yes')).toMatchObject({ code: 0 })
  expect(project.objects()).toEqual([])
  expect(await change(project, 'start')).toMatchObject({ code: 0 })
  expect(await change(project, 'delete', '--yes')).toMatchObject({ code: 0 })
  expect(project.objects()).toEqual([])
})

test('the password is in the pull secret alone, and in nothing that is recorded on the cluster beside it', async () => {
  const project = await started({ 'pull-secret': PULL_SECRET })
  for (const path of project.objects()) {
    const text = JSON.stringify(project.object(path))
    expect([path, text]).toEqual([path, expect.not.stringContaining('password')])
  }
  const { data, metadata } = project.object('secrets/default.bento-pull')
  expect(metadata.annotations).toBeUndefined()
  expect(JSON.parse(Buffer.from(data['.dockerconfigjson'], 'base64').toString())).toEqual({
    auths: { 'registry.example.com': { username: 'robot', password: PASSWORD } },
  })
  // Of what is not wanted any more, a refresh leaves nothing.
  project.configure({ image: IMAGE, ingress: { enabled: false } })
  expect(await change(project, 'refresh')).toMatchObject({ code: 0 })
  expect(project.objects()).toEqual(['deployments/default.bento', ...project.pods(), 'services/default.bento'])
  expect((await describe(project)).described.addresses.outside).toBeNull()
})

test('a status is true, or says that nobody can tell', async () => {
  const project = await started()
  const status = async () => {
    const { code, stdout } = await project.paictl('service', 'status', '--output', 'json')
    const [{ state, detail }] = JSON.parse(stdout).services
    return { code, state, detail }
  }
  project.mark('unreachable', true)
  expect(await status()).toEqual({
    code: 3,
    state: 'unknown',
    detail: expect.stringMatching(/cannot be asked: The connection to the server one.example:6443 was refused/),
  })
  project.mark('unreachable', false)
  project.mark('silent', true)
  expect(await status()).toMatchObject({ code: 3, state: 'unknown' })
  project.mark('silent', false)
  expect(await status()).toMatchObject({ code: 0, state: 'running' })
  // Somebody else has turned to another cluster: it is asked where it is.
  project.use('two')
  expect(await status()).toMatchObject({ code: 0, state: 'running' })

  project.use('one')
  const deployment = project.object('deployments/default.bento')
  project.put('deployments/default.bento', { ...deployment, status: {} })
  expect(await status()).toMatchObject({
    code: 3,
    state: 'failed',
    detail: expect.stringContaining('none of its replicas (1) is available'),
  })
  project.put('deployments/default.bento', { ...deployment, spec: { ...deployment.spec, replicas: 0 } })
  expect(await status()).toMatchObject({ code: 3, detail: expect.stringContaining('scaled to 0') })
  project.put('deployments/default.bento', undefined)
  expect(await status()).toMatchObject({ code: 3, detail: expect.stringContaining('is not in namespace default') })
  expect(await change(project, 'start')).toMatchObject({ code: 0 })
  expect(await status()).toMatchObject({ code: 0, state: 'running' })
})

test('where kubectl or the cluster is missing, every operator says what to do and touches nothing', async () => {
  const project = await started()
  const before = project.objects()
  const kubeconfig = project.write('kubeconfig', '')
  project.mark('unreachable', true)
  for (const [verb, ...options] of [['start'], ['stop'], ['delete', '--yes']] as const) {
    const { code, stdout } = await change(project, verb, ...options, '-c', kubeconfig)
    expect([verb, code, stdout]).toEqual([
      verb,
      1,
      expect.stringContaining('the cluster cannot be reached: The connection'),
    ])
    expect(stdout).toContain(`kubeconfig: ${kubeconfig}, context: one`)
    expect(stdout).toContain(
      'see: kubectl --context=one cluster-info; another kubeconfig is given to paictl with -c FILE',
    )
  }
  project.mark('unreachable', false)
  expect(project.objects()).toEqual(before)

  const bin = join(project.clusters, 'bin')
  mkdirSync(bin)
  for (const tool of ['bash', 'env', 'cat', 'mkdir', 'mv', 'rm']) symlinkSync(which(tool), join(bin, tool))
  const without = { env: { PATH: bin } }
  const stopped = await project.spawn(['service', 'stop', 'bento'], without).finished
  expect(stopped).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('there is no kubectl on PATH: install it (https'),
  })
  const status = await project.spawn(['service', 'status'], without).finished
  expect(status).toMatchObject({ code: 3, stdout: expect.stringMatching(/unknown.*there is no kubectl on PATH/) })
  expect(project.objects()).toEqual(before)
})

test('what does not come up is shown with what keeps it, and what served before goes on', async () => {
  const project = await started()
  const before = project.pods()
  project.mark('never-ready', true)
  project.configure({ image: `${IMAGE}-broken`, 'start-seconds': 10 })
  const { code, stdout } = await change(project, 'refresh')
  expect([code, stdout]).toEqual([1, expect.stringContaining('exceeded its progress deadline')])
  expect(stdout).toContain('did not come up within 10 s (start-seconds)')
  expect(stdout).toContain('Available=True')
  expect(stdout).toMatch(/\[pod\/bento-[0-9a-f]{8}\/main\] hello/)
  expect(project.pods()).toEqual(expect.arrayContaining(before))
  expect(project.pods()).toHaveLength(2)
  project.mark('never-ready', false)
  project.configure({ image: IMAGE })
  expect(await change(project, 'refresh')).toMatchObject({ code: 0 })
  expect(project.pods()).toEqual(before)
})

test('it stays on the cluster and in the namespace that it was put into', async () => {
  const project = await started()
  project.use('two')
  expect(await change(project, 'refresh')).toMatchObject({ code: 0 })
  expect(project.objects('two')).toEqual([])
  for (const config of [{ namespace: 'models' }, { context: 'two' }]) {
    project.configure({ image: IMAGE, ...config })
    const { code, stdout } = await change(project, 'refresh')
    expect([code, stdout]).toEqual([1, expect.stringContaining('Delete it first: paictl service delete bento')])
    expect([project.pods().length, project.objects('two')]).toEqual([1, []])
  }
  expect(await change(project, 'delete', '--yes')).toMatchObject({ code: 0 })
  expect(project.objects()).toEqual([])
  expect(await change(project, 'start')).toMatchObject({ code: 0 })
  expect(project.objects('two')).toHaveLength(4)
})

test('what belongs to somebody else is neither changed nor deleted', async () => {
  const project = await configured()
  const theirs = { kind: 'Service', metadata: { name: 'bento', labels: { 'app.kubernetes.io/part-of': 'theirs' } } }
  project.put('services/default.bento', theirs)
  const { code, stdout } = await change(project, 'start')
  expect([code, stdout]).toEqual([1, expect.stringContaining('of somebody else')])
  expect(stdout).toContain('service/bento')
  expect(await change(project, 'delete', '--yes')).toMatchObject({ code: 0 })
  expect(project.objects()).toEqual(['services/default.bento'])
  expect(project.object('services/default.bento')).toEqual(theirs)
})

test('a name that Kubernetes does not take is refused with nothing made', async () => {
  const project = await KubernetesProject.create()
  project.configure({ image: IMAGE }, '1-2')
  const { code, stdout } = await project.paictl('service', 'start', '1-2')
  expect([code, stdout]).toEqual([1, expect.stringContaining('no Service whose name begins with a digit')])
  expect(project.objects()).toEqual([])
})

test('a namespace that is not there is what the cluster says', async () => {
  const project = await configured({ namespace: 'none' })
  const { code, stdout } = await change(project, 'start')
  expect([code, stdout]).toEqual([1, expect.stringContaining('namespaces "none" not found')])
  expect(project.objects()).toEqual([])
})

/** The file that a command is. */
function which(tool: string): string {
  const found = (process.env.PATH ?? '').split(delimiter).map((directory) => join(directory, tool))
  return found.find((file) => existsSync(file)) ?? ''
}
