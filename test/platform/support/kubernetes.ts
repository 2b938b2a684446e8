import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { parse } from 'yaml'
import { KubernetesProject } from '../../rig/kubernetes-project.ts'
import type { Manifest } from '../../rig/kubernetes-schemas.ts'

export const PASSWORD = "pass\"word '$(date)' {{config}} \\ ü"

export interface Rendered {
  readonly name: string
  readonly texts: ReadonlyMap<string, string>
  readonly manifests: readonly Manifest[]
}

/** Has the binary render deployments, by name, and reads what `service render --to` wrote. */
export async function renderAll(
  configurations: Readonly<Record<string, object>>,
  ...options: string[]
): Promise<Map<string, Rendered>> {
  const project = await KubernetesProject.create()
  for (const [name, config] of Object.entries(configurations)) project.configure(config, name)
  const to = join(project.clusters, 'rendered')
  const names = Object.keys(configurations)
  const args = ['service', 'render', ...names, '--to', to, ...options]
  const { code, stderr } = await project.spawn(args, { env: { PASSWORD } }).finished
  expect([code, stderr]).toEqual([0, `${names.length} rendered to ${to}\n`])
  return new Map(names.map((name) => [name, read(name, join(to, name))]))
}

function read(name: string, directory: string): Rendered {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((file) => /\.[a-z]+$/.test(file))
  const texts = new Map(files.map((file) => [file, readFileSync(join(directory, file), 'utf8')]))
  const manifests = [...texts].flatMap(([file, text]) => {
    if (!file.startsWith('manifests/')) return []
    const manifest = parse(text)
    // kubectl reads YAML 1.1, where `yes` and 12:30 are no texts.
    expect(parse(text, { version: '1.1' })).toEqual(manifest)
    return manifest === null ? [] : [manifest]
  })
  return { name, texts, manifests }
}

export const kindOf = ({ manifests }: Rendered, kind: string) => manifests.find((manifest) => manifest.kind === kind)
