import { basename, dirname } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Configuration, resolveConfiguration } from '../src/config/cluster/configuration.ts'
import { ASSIGNMENTS, assignmentsText } from '../src/config/cluster/overlays.ts'
import { checkServiceFiles } from '../src/config/files/deploy-files.ts'
import { readServiceFile } from '../src/config/files/service-file.ts'
import { readSettings } from '../src/config/files/settings-file.ts'
import { renderService, templateContext } from '../src/config/rendering/render-service.ts'
import { createRenderer } from '../src/config/template/renderer.ts'
import { checkGraph } from '../src/engine/check-graph.ts'
import { type Diagnostic, isError } from '../src/model/diagnostic.ts'
import type { Service } from '../src/model/service.ts'
import type { Span } from '../src/model/span.ts'
import { renderDiagnostics } from '../src/ui/diagnostic.ts'
import { diagnosticJson } from '../src/ui/diagnostic-json.ts'
import { createStyle } from '../src/ui/style.ts'
import { LAYOUT, SERVICES_CONFIGURATION, SETTINGS, SHIPPED, type ShippedComponent } from './rig/shipped.ts'
import { slip, slipped } from './rig/slips.ts'

// What ships, after slips of the hand and worse: nothing may throw, take long, or be refused without saying where.

const RUNS = Number(process.env.FUZZ_RUNS ?? 10_000)
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_120)
/** Of the whole, for one input, even on a busy machine. */
const LIMIT_MS = 2000

const slips = fc.array(slip, { minLength: 1, maxLength: 5 })
const renderer = await createRenderer()
const SHOP = '/project/cluster-config/services-configuration.yaml'
const OVERLAY = '/project/overlay.yaml'

const shares = { descriptions: 0.45, configurations: 0.2, templates: 0.3, settings: 0.05 } as const

const options = (share: keyof typeof shares) => ({ numRuns: Math.ceil(RUNS * shares[share]), seed: SEED })
const timeout = Math.max(60_000, RUNS * 20)

test('a description', { timeout }, () => {
  fc.assert(
    fc.property(fc.constantFrom(...SHIPPED.keys()), slips, (which, all) => {
      const component = shipped(which)
      const text = all.reduce(slipped, component.description)
      within(text, () => {
        const { service, diagnostics } = describe(component, text)
        const deploy = [...component.deploy.keys()].map((file) => basename(file))
        const graph = checkGraph(new Map(services).set(component.name, service), { name: 'local' })
        const found = [...diagnostics, ...checkServiceFiles(service, deploy), ...graph]
        hold([...found, ...rendered(component, service, {})], new Map(files).set(service.file, text))
      })
    }),
    options('descriptions'),
  )
})

test('a configuration', { timeout }, async () => {
  const file = fc.constantFrom('services', 'defaults', 'layout', 'schema', 'overlay', 'assignment')
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...SHIPPED.keys()), file, slips, async (index, which, all) => {
      const component = shipped(index)
      const changed = (one: typeof which, text: string): string => (one === which ? all.reduce(slipped, text) : text)
      const { name, directory } = component
      const defaults = { file: `${directory}/config/${name}.yaml`, text: changed('defaults', component.defaults) }
      const schema = { file: `${directory}/config/${name}.schema.json`, text: changed('schema', component.schema) }
      const layout = { file: '/project/cluster-config/layout.yaml', text: changed('layout', LAYOUT) }
      const servicesConfiguration = { file: SHOP, text: changed('services', SERVICES_CONFIGURATION) }
      const overlay = { file: OVERLAY, text: changed('overlay', `${name}:\n${indented(component.defaults)}`) }
      const assignments = [changed('assignment', `${name}.port=8080`), `${name}.hosts=[a, b]`]
      await within(JSON.stringify([which, all]), async () => {
        const { diagnostics } = await resolveConfiguration({
          layout,
          servicesConfiguration,
          overlays: { files: [{ ...overlay, fromCommandLine: true }], assignments },
          readReference: ({ name: wanted }) => ({
            ok: false,
            error: { reason: `there is no ${wanted}`, nearest: null },
          }),
          projectName: 'project',
          components: SHIPPED.map((one) => ({
            name: one.name,
            prerequisites: [],
            ...(one === component && { defaults, schema }),
          })),
        })
        const texts = [defaults, schema, layout, servicesConfiguration, overlay].map(
          (one) => [one.file, one.text] as const,
        )
        hold(diagnostics, new Map([...texts, [ASSIGNMENTS, assignmentsText(assignments)]]))
      })
    }),
    options('configurations'),
  )
})

/** What the shipped templates do not use. */
const RICH = `{{#if config.tls}}
cert={{sh config.tls.cert}}
{{else if (eq config.mode "dev")}}
mode={{{config.mode}}}
{{else}}
{{#each config.hosts as |host index|}}
  {{@index}}: {{host.name}} {{lookup ../config "port"}}{{#unless @last}},{{/unless}}
{{/each}}
{{/if}}
{{#with cluster_cfg.cluster.common}}{{cluster-id}} {{this.cluster-type}}{{/with}}
{{!-- a comment --}}{{indent (yaml config) 2}} {{json config indent=2}} {{default config.none "x"}}
{{base64 (join config.words ", ")}} \\{{literal}} {{env.HOME}} {{outputs.model-store.url}} {{~service.name~}}
`

test('a template', { timeout }, () => {
  const seeds = SHIPPED.flatMap((component) => [
    ...[...component.deploy].flatMap(([file, text]) => (file.endsWith('.template') ? [{ component, file, text }] : [])),
    { component, file: `${component.directory}/deploy/rich.sh.template`, text: RICH },
  ])
  fc.assert(
    fc.property(fc.constantFrom(...seeds.keys()), slips, (which, all) => {
      const { component, file, text: seed } = seeds[which] as (typeof seeds)[number]
      const text = all.reduce(slipped, seed)
      within(text, () => {
        const { service } = describe(component, component.description)
        const deploy = { [file]: text }
        hold(rendered(component, service, deploy), new Map([...component.deploy, [file, text]]))
      })
    }),
    options('templates'),
  )
})

test('settings', { timeout }, () => {
  const seed = `${SETTINGS.replace(/^# ?(?=[a-z-]+:)/gm, '')}\nparallel: 4\n`
  fc.assert(
    fc.property(slips, (all) => {
      const text = all.reduce(slipped, seed)
      const file = '/project/paictl.yaml'
      within(text, () => {
        const { diagnostics } = readSettings({ root: '/project', name: 'Project', file, text, home: '/home/me' })
        hold(diagnostics, new Map([[file, text]]))
      })
    }),
    options('settings'),
  )
})

/** By its number: a counterexample that holds whole components cannot be read. */
const shipped = (index: number): ShippedComponent => SHIPPED[index] as ShippedComponent

function describe({ name, directory }: ShippedComponent, text: string) {
  return readServiceFile({ component: name, directory, file: `${directory}/deploy/service.yaml`, text })
}

const services = new Map(SHIPPED.map((one) => [one.name, describe(one, one.description).service]))
const files = new Map(SHIPPED.flatMap((one) => [...one.deploy]))

const indented = (text: string): string => text.replace(/^(?=.)/gm, '  ')

/** All problems of rendering a component, some of its files replaced. */
function rendered(
  component: ShippedComponent,
  service: Service,
  replaced: Readonly<Record<string, string>>,
): readonly Diagnostic[] {
  const { clusterCfg, layout, sections } = resolved
  const config = sections.get(component.name)?.config ?? {}
  const context = templateContext({
    clusterCfg,
    layout,
    service,
    config,
    dataDirectory: '/state/data',
    runDirectory: '/state/run',
    outputs: { 'model-store': { url: 'http://127.0.0.1:1' } },
    env: { HOME: '/home/me' },
  })
  const deploy = new Map([...component.deploy, ...Object.entries(replaced)])
  const deployFiles = [...deploy].map(([source, text]) => ({ path: basename(source), executable: false, source, text }))
  return renderService({ service, clusterType: 'local', config, context, renderer, deployFiles }).diagnostics
}

const resolved: Configuration = await resolveConfiguration({
  layout: { file: 'layout.yaml', text: LAYOUT },
  servicesConfiguration: { file: SHOP, text: SERVICES_CONFIGURATION },
  projectName: 'project',
  components: SHIPPED.map(({ name, defaults }) => ({
    name,
    prerequisites: [],
    defaults: { file: name, text: defaults },
  })),
})

/** Does something in bounded time. */
function within<T>(input: string, act: () => T): T {
  const started = performance.now()
  const done = act()
  const check = <R>(result: R): R => {
    const ms = performance.now() - started
    if (ms > LIMIT_MS) throw new Error(`took ${Math.round(ms)} ms: ${JSON.stringify(input)}`)
    return result
  }
  return (done instanceof Promise ? done.then(check) : check(done)) as T
}

/** What must hold of whatever is said about `files`: path to text. */
function hold(diagnostics: readonly Diagnostic[], files: ReadonlyMap<string, string>): void {
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  for (const one of diagnostics) {
    for (const span of [one.span, ...(one.related ?? []).map(({ span }) => span)]) {
      if (span !== undefined && !isInside(span, files)) {
        const { file, start, end } = span
        throw new Error(`${one.code} at ${file}:${JSON.stringify([start, end])}, which is not there`)
      }
    }
  }
  if (diagnostics.some(isError) && diagnostics.every((one) => one.span === undefined)) {
    throw new Error(`refused without a place: ${diagnostics.map((one) => one.code).join(', ')}`)
  }
  const display = (file: string): string => `${basename(dirname(file))}/${basename(file)}`
  const view = { source: (file: string) => files.get(file), display, style: createStyle(false), columns: 100 }
  const text = renderDiagnostics(diagnostics, view)
  expect(text).not.toMatch(/\[object Object\]|NaN/)
  for (const one of diagnostics) JSON.stringify(diagnosticJson(one, { display }))
}

function isInside({ file, start, end }: Span, files: ReadonlyMap<string, string>): boolean {
  const lines = files
    .get(file)
    ?.replace(/^\ufeff/, '')
    .split(/\r\n?|\n/)
  if (lines === undefined) return false
  const isOrdered = start.line < end.line || (start.line === end.line && start.column <= end.column)
  return (
    isOrdered &&
    [start, end].every(({ line, column }) => {
      const length = lines[line - 1]?.length
      return length !== undefined && column >= 1 && column <= length + 1
    })
  )
}
