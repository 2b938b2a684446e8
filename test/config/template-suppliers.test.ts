import { beforeAll, describe, expect, test } from 'vitest'
import { readServiceFile } from '../../src/config/files/service-file.ts'
import { findSupplier } from '../../src/config/rendering/template-suppliers.ts'
import { createRenderer, type Renderer } from '../../src/config/template/renderer.ts'

let renderer: Renderer
beforeAll(async () => {
  renderer = await createRenderer()
})

const serviceOf = (name: string) =>
  readServiceFile({ component: name, directory: `/p/${name}`, file: `/p/${name}/deploy/service.yaml`, text: '' })
    .service

const services = new Map(['db', 'other', 'web'].map((name) => [name, serviceOf(name)]))
const CONTEXT = {
  config: { port: 80, db: { host: 'h' }, list: [{ a: 1 }] },
  cluster_cfg: { cluster: { 'cluster-type': 'local' }, layout: {}, db: { size: 1 }, web: {} },
  layout: { 'machine-list': [{ hostname: 'h' }] },
  outputs: { db: { url: 'u' } },
  service: { name: 'web' },
  env: {},
  deployments: [],
}

/** What is said of an unknown name: `column missing → nearest, supplier (prerequisite)`. */
function unknown(text: string, incomplete: readonly unknown[] = []): string[] {
  const { diagnostics } = renderer.renderTemplate({
    file: 't',
    text,
    context: CONTEXT,
    service: 'web',
    notes: {
      incomplete: new Set(incomplete),
      supplierOf: (origin) =>
        findSupplier(origin, {
          service: serviceOf('web'),
          services,
          needs: (name) => name === 'db',
          clusterConfigDirectory: '/p/cluster-config',
        }),
    },
  })
  return diagnostics.map((one) => {
    if (one.code !== 'template-unknown-name') throw new Error(one.code)
    const { missing, nearest, holder, supplier, prerequisite } = one.data
    const lacking = prerequisite === null ? '' : ` (${prerequisite} is no prerequisite)`
    const held = holder === null ? '' : ` (${holder.name} is ${holder.type})`
    return `${one.span?.start.column} ${missing} → ${nearest}, ${supplier}${lacking}${held}`
  })
}

const OWN = '/p/web/config/web.yaml'

describe('who would supply a name', () => {
  test.each([
    ['{{config.prot}}', `10 prot → config.port, ${OWN}`],
    ['{{config.db.hots}}', `13 hots → config.db.host, ${OWN}`],
    ['{{sh (json config.prot)}}', `19 prot → config.port, ${OWN}`],
    ['{{#if (eq config.prot 1)}}{{/if}}', `18 prot → config.port, ${OWN}`],
    ['{{#with config.db}}{{hots}}{{/with}}', '22 hots → host, null'],
    ['{{#with config.db as |d|}}{{d.hots}}{{/with}}', '31 hots → d.host, null'],
    ['{{#each config.list}}{{zzz}}{{/each}}', '24 zzz → null, null'],
    ['{{#each config.list as |item|}}{{item.b}}{{/each}}', '39 b → null, null'],
    ['{{#each config.list}}{{../config.prot}}{{/each}}', `34 prot → ../config.port, ${OWN}`],
    ['{{@root.config.prot}}', `16 prot → @root.config.port, ${OWN}`],
    ['{{config.[prot]}}', `10 [prot] → config.port, ${OWN}`.replace('[prot]', 'prot')],
    ['{{cluster_cfg.db.sise}}', '18 sise → cluster_cfg.db.size, /p/db/config/db.yaml'],
    [
      '{{cluster_cfg.cluster.clustertype}}',
      '23 clustertype → cluster_cfg.cluster.cluster-type, /p/cluster-config/services-configuration.yaml',
    ],
    ['{{cluster_cfg.layout.x}}', '22 x → null, /p/cluster-config/layout.yaml'],
    ['{{cluster_cfg.dbb.size}}', '15 dbb → cluster_cfg.db.size, null'],
    ['{{layout.machinelist}}', '10 machinelist → layout.machine-list, /p/cluster-config/layout.yaml'],
    ['{{#each layout.machine-list}}{{ip}}{{/each}}', '32 ip → null, null'],
    ['{{outputs.db.ulr}}', '14 ulr → outputs.db.url, /p/db/deploy/service.yaml'],
    ['{{outputs.other.url}}', '11 other → null, /p/web/deploy/service.yaml (other is no prerequisite)'],
    ['{{outputs.dbb.url}}', '11 dbb → outputs.db.url, null'],
    ['{{service.nmae}}', '11 nmae → service.name, null'],
    ['{{prot}}', '3 prot → config.port, null'],
    ['{{db.host}}', '3 db → config.db.host, null'],
    ['{{config.port.deeper}}', '15 deeper → null, null (config.port is a number)'],
    ['{{config.port.toString}}', '15 toString → null, null (config.port is a number)'],
    ['{{config.list.a}}', '15 a → null, null (config.list is a list)'],
    ['{{config.list.[0].b}}', '19 b → null, null'],
    ['{{outputs.db.url.x}}', '18 x → null, null (outputs.db.url is a text)'],
    ['{{#each config.list}}{{port}}{{/each}}', '24 port → ../config.port, null'],
    ['{{#each config.list}}{{config.prot}}{{/each}}', '24 config → ../config.port, null'],
    ['{{#each config.list}}{{../port}}{{/each}}', '27 port → ../config.port, null'],
    ['{{#each config.list}}{{servce.name}}{{/each}}', '24 servce → ../service.name, null'],
    ['{{#each config.list as |item|}}{{itm.a}}{{/each}}', '34 itm → item.a, null'],
    ['{{#each config.list}}{{#with ../config.db}}{{port}}{{/with}}{{/each}}', '46 port → ../../config.port, null'],
    ['{{#with config}}{{port.x}}{{/with}}', '24 x → null, null (port is a number)'],
    ['{{deployment}}', '3 deployment → null, null'],
  ])('%s', (text, expected) => expect(unknown(text)).toEqual([expected]))

  test('what nothing fills is not offered', () => {
    const [problem] = renderer.renderTemplate({
      file: 't',
      text: '{{x}}',
      context: CONTEXT,
      service: 'web',
    }).diagnostics
    expect(problem?.data).toMatchObject({
      available: ['cluster_cfg', 'config', 'env', 'layout', 'outputs', 'service'],
    })
  })
})

describe('what could not be read is not missed', () => {
  test.each([
    ['{{config.prot}}', [CONTEXT.config]],
    ['{{#if config.prot}}{{config.prot}}{{else}}{{nothing}}{{/if}}', [CONTEXT.config]],
    ['{{sh (default config.prot config.x)}}', [CONTEXT.config]],
    ['{{#with config.db}}{{hots}}{{/with}}', [CONTEXT.config, CONTEXT.config.db]],
    ['{{outputs.other.url}}', [CONTEXT.outputs]],
  ])('%s', (text, incomplete) => expect(unknown(text, incomplete)).toEqual([]))

  test('but all else is', () => {
    expect(unknown('{{config.prot}}{{layout.x}}', [CONTEXT.config])).toEqual([
      '25 x → null, /p/cluster-config/layout.yaml',
    ])
  })
})
