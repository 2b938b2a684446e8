import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { KubernetesProject } from '../rig/kubernetes-project.ts'

const PAGE = readFileSync(fileURLToPath(new URL('../../docs/operators.md', import.meta.url)), 'utf8')

/** What stands in fences, by the section that it is in. A file says in its first line where it goes. */
const SECTIONS = PAGE.split(/^## /m)
  .slice(1)
  .map((section) => ({
    title: section.split('\n')[0] ?? '',
    blocks: [...section.matchAll(/^```(sh|yaml)\n([\s\S]*?)^```$/gm)].map(([, kind, text = '']) => ({
      kind,
      text: text.replace(/\\\n\s*/g, ''),
    })),
  }))

test('every command of docs/operators.md does what it is there for', { timeout: 120_000 }, async () => {
  const project = await KubernetesProject.create()
  const ran: string[] = []
  for (const { title, blocks } of SECTIONS) {
    const files = blocks.flatMap(({ text }) => {
      const path = /^# (cluster-config\/\S+)\n/.exec(text)?.[1]
      return path === undefined ? [] : [[path, text] as const]
    })
    const commands = blocks.flatMap(({ kind, text }) => (kind === 'sh' ? text.split('\n').filter(Boolean) : []))
    for (const command of commands) {
      const [paictl, ...args] = command.split(' ')
      // Two sections begin with it.
      if (args[1] === 'new' && ran.includes(command)) continue
      // What a section declares is declared before it is first spoken of.
      if (args[0] === 'service' && args[1] === 'render') for (const [path, text] of files) project.write(path, text)
      const { code, stdout, stderr } = await project.spawn(args, { env: { REGISTRY_PASSWORD: 'pass word' } }).finished
      expect([title, command, paictl, code, stdout, stderr]).toEqual([title, command, 'paictl', 0, stdout, stderr])
      expect(stdout + stderr).not.toContain('pass word')
      ran.push(command)
    }
  }
  expect(ran.length).toBeGreaterThan(15)
  // What the page leaves running is Dotscience's.
  expect(project.objects()).toEqual([
    'deployments/models.digits',
    'ingresses/models.digits',
    ...project.pods(),
    'secrets/models.digits-pull',
    'services/models.digits',
  ])
  expect(project.pods()).toHaveLength(2)
})

test('every command that it names in passing exists', async () => {
  const project = await KubernetesProject.create()
  const named = [...PAGE.matchAll(/`paictl ([a-z]+(?: [a-z]+)?)/g)].map(([, verbs]) => verbs ?? '')
  const verbs = [...new Set(named)].sort()
  expect(verbs).toEqual(expect.arrayContaining(['deployment create', 'plan', 'service describe']))
  for (const verb of verbs) {
    const { code, stdout } = await project.paictl(...verb.split(' '), '--help')
    expect([code, stdout]).toEqual([0, expect.stringMatching(new RegExp(`^paictl ${verb}\\b`))])
  }
})
