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

/** Has the binary render the component, and reads what `service render --to` wrote, secrets revealed where that is asked for. */
export async function render(name: string, config: object, ...options: string[]): Promise<Rendered> {
  const project = await KubernetesProject.create(name)
  project.configure(config)
  const to = join(project.clusters, 'rendered')
  const args = ['service', 'render', name, '--to', to, ...options]
  const { code, stderr } = await project.spawn(args, { env: { PASSWORD } }).finished
  expect([code, stderr]).toEqual([0, expect.stringMatching(/^1 rendered to .*\n$/)])
  const directory = join(to, name)
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
