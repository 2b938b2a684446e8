import { resolve } from 'node:path'
import type { Diagnostic } from '../../model/diagnostic.ts'
import type { ProjectSettings } from '../../model/project.ts'
import { DEFAULT_FILE_SIZE_LIMIT, DEFAULT_PARALLEL } from '../../model/project.ts'
import type { Located, Span } from '../../model/span.ts'
import { readSize } from '../shape/format.ts'
import type { KeyTable, Shape } from '../shape/shape.ts'
import { checkShape, countOf, textOf } from '../shape/shape.ts'
import { entryOf } from '../yaml/yaml-node.ts'
import { parseYaml } from '../yaml/yaml-tree.ts'

export interface SettingsInput {
  /** The project's root, absolute. */
  readonly root: string
  /** The directory's name; made a safe name here. */
  readonly name: string
  /** paictl.yaml, absolute. */
  readonly file: string
  /** `undefined`: there is no paictl.yaml. */
  readonly text: string | undefined
  /** What `~/` stands for. */
  readonly home: string
}

const directory: Shape = { kind: 'text', format: 'directory' }

/** The keys of paictl.yaml. */
export const SETTINGS_KEYS: KeyTable = {
  components: { shape: directory, doc: 'The directory of the components.', default: 'components' },
  'cluster-config': {
    shape: directory,
    doc: 'The directory of the cluster configuration.',
    default: 'cluster-config',
  },
  state: { shape: directory, doc: 'The directory that the state is kept in, outside the project.' },
  'file-size-limit': {
    shape: { kind: 'text', format: 'size', numbers: true },
    doc: 'How large a description, a configuration file or a template may be, in bytes or as 2MiB.',
    default: '512KiB',
  },
  overlays: {
    shape: { kind: 'list', of: { kind: 'text', format: 'file' }, orOne: true },
    doc: 'Files that are laid on services-configuration.yaml, in this order.',
  },
  parallel: { shape: { kind: 'count' }, doc: 'How many scripts run side by side.', default: DEFAULT_PARALLEL },
}

export const SETTINGS_SHAPE: Shape = { kind: 'record', keys: SETTINGS_KEYS }

/** Reads paictl.yaml. Every key has a default; relative paths count from the root. */
export function readSettings({ root, name, file, text, home }: SettingsInput): {
  settings: ProjectSettings
  /** Where directories are named that have a default, by their keys. */
  places: Readonly<Record<string, Span>>
  diagnostics: readonly Diagnostic[]
} {
  const { root: tree, diagnostics: syntax } = parseYaml(file, text ?? '')
  const problems = tree ? checkShape({ shape: SETTINGS_SHAPE, node: tree, name: 'paictl.yaml' }) : []
  const absolute = (given: string): string =>
    resolve(
      root,
      given.replace(/^~(?=\/|$)/, () => home),
    )
  const path = (key: string): string | undefined => {
    const given = textOf(entryOf(tree, key)?.value)
    return given?.trim() ? absolute(given) : undefined
  }
  const overlays = (): Located<string>[] => {
    const node = entryOf(tree, 'overlays')?.value
    const items = node?.kind === 'list' ? node.items : node === undefined ? [] : [node]
    return items.flatMap((item) => {
      const given = textOf(item)?.trim()
      return given ? [{ value: absolute(given), span: item.span }] : []
    })
  }
  const settings: ProjectSettings = {
    root,
    name: safeName(name),
    componentsDirectory: path('components') ?? resolve(root, 'components'),
    clusterConfigDirectory: path('cluster-config') ?? resolve(root, 'cluster-config'),
    stateDirectory: path('state'),
    overlays: overlays(),
    parallel: countOf(entryOf(tree, 'parallel')?.value) ?? DEFAULT_PARALLEL,
    fileSizeLimit: readSize(textOf(entryOf(tree, 'file-size-limit')?.value, true) ?? '') ?? DEFAULT_FILE_SIZE_LIMIT,
  }
  const places = ['components', 'cluster-config'].flatMap((key) => {
    const node = entryOf(tree, key)?.value
    return node === undefined || path(key) === undefined ? [] : [[key, node.span] as const]
  })
  return { settings, places: Object.fromEntries(places), diagnostics: [...syntax, ...problems] }
}

/** `My Project_2` becomes `my-project-2`. */
export function safeName(name: string): string {
  const safe = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '')
  return safe === '' ? 'project' : safe
}
