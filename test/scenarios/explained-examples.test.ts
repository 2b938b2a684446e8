import { describe, expect, test } from 'vitest'
import type { DiagnosticCode } from '../../src/model/diagnostic.ts'
import { EXPLANATIONS } from '../../src/ui/explanations.ts'
import { TestProject } from '../rig/project.ts'

/** What has to stand around an example's file for it to be the whole mistake: files by path. */
type Surroundings = Readonly<Record<string, string>>

const WEB = 'components/web'
const config = (text: string): Surroundings => ({ [`${WEB}/config/web.yaml`]: text })
const deploy = (...files: string[]): Surroundings =>
  Object.fromEntries(files.map((file) => [`${WEB}/deploy/${file}`, 'true\n']))
const component = (name: string, description = 'description: x\n'): Surroundings => ({
  [`components/${name}/deploy/service.yaml`]: description,
})
const SETTINGS = { [`${WEB}/deploy/service.yaml`]: 'description: x\n' }

const EXAMPLES: Partial<Readonly<Record<DiagnosticCode, Surroundings>>> = {
  'duplicate-key': { ...component('store'), ...component('queue'), ...deploy('start.sh') },
  'missing-file': deploy('settings.json.template'),
  'not-a-file': deploy('scripts/start.sh'),
  'duplicate-template': deploy('web.conf.template'),
  'unlisted-template': deploy('a.conf.template', 'b.conf.template'),
  'no-stop-script': deploy('start.sh', 'stop.sh'),
  'no-probe': deploy('start.sh', 'stop.sh'),
  'unknown-prerequisite': component('store'),
  'excluded-prerequisite': component('gpu-driver', 'cluster-type: [k8s]\n'),
  'unknown-section': SETTINGS,
  'merge-type': { ...SETTINGS, ...config('listen: {port: 80}\n') },
  'schema-violation': {
    ...SETTINGS,
    [`${WEB}/config/web.schema.json`]: '{"properties": {"port": {"type": "integer"}}}',
  },
  'bad-schema': SETTINGS,
  'module-failed': SETTINGS,
  'check-failed': {
    ...SETTINGS,
    ...component('admin'),
    [`${WEB}/config/web.mjs`]:
      "export const check = (all) => all.web.port === all.admin.port ? [{ path: 'web.port', message: 'twice' }] : []",
  },
  'bad-reference': SETTINGS,
  'short-secret': SETTINGS,
  'secret-exposed': { ...config('password: "${env:WEB_PASSWORD}"\n'), ...deploy('ready.sh') },
  'template-syntax': { ...SETTINGS, ...config('debug: true\n') },
  'template-unknown-name': { ...SETTINGS, ...config('port: 80\nlog: info\n') },
  'template-unknown-helper': { ...SETTINGS, ...config('hosts: [a, b]\n') },
  'template-helper-misuse': { ...SETTINGS, ...config('host: a\nhosts: [a, b]\n') },
  'template-unknown-partial': { ...SETTINGS, ...config('logging: {level: info}\n') },
  'unquoted-value': { ...SETTINGS, ...config('url: http://127.0.0.1\n') },
  'rendered-invalid': { ...SETTINGS, ...config(`title: 'Tom "the cat"'\n`) },
}

/** The codes of what `validate` finds in the project with these lines in this file. */
async function codesOf(project: TestProject, where: string, lines: readonly string[]): Promise<string[]> {
  project.write(where, `${lines.join('\n')}\n`)
  const env = { WEB_PASSWORD: 'correct horse', REPLICAS: '3' }
  const { code, stdout, stderr } = await project.spawn(['validate', '--output', 'json'], { env }).finished
  expect([code === 0 || code === 2, stderr]).toEqual([true, ''])
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: readonly { code: string }[] }
  return diagnostics.map((one) => one.code)
}

describe('what an explanation shows is true', () => {
  test.for(Object.entries(EXAMPLES))('%s', async ([code, surroundings]) => {
    const project = new TestProject()
    for (const [path, text] of Object.entries(surroundings)) project.write(path, text)
    const { example } = EXPLANATIONS[code as DiagnosticCode]
    if (example === undefined) throw new Error(`${code} has no example`)
    expect(await codesOf(project, example.where, example.wrong)).toContain(`PAI-${code}`)
    expect(await codesOf(project, example.where, example.right)).not.toContain(`PAI-${code}`)
  })
})
