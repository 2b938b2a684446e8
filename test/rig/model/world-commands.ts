import type { ArenaComponent } from '../arena-component.ts'
import type { Model } from './model.ts'
import type { ModelCommand } from './model-commands.ts'
import { agree, type Real } from './verb-commands.ts'

/** Switches the failing of a script. */
export const failing = (operator: string, index: number): ModelCommand => ({
  check: (model) => model.names().length > 0,
  async run(model, { arena }) {
    const service = pick(model.names(), index)
    const step = `${operator} ${service}`
    const fails = !model.failing.delete(step)
    if (fails) model.failing.add(step)
    arena.setFailing(operator, service, fails)
  },
  toString: () => `failing(${operator}, ${index})`,
})

/** Ends a service's process. */
export const killService = (index: number): ModelCommand => ({
  check: (model) => model.running().length > 0,
  async run(model, real) {
    const service = pick(model.running(), index)
    await real.arena.killService(service)
    model.of(service).up = false
    await agree(model, real, `kill ${service}`)
  },
  toString: () => `killService(${index})`,
})

/** Changes what a component's configuration or its scripts say. */
export const edit = (what: 'configured' | 'written', index: number): ModelCommand => ({
  check: (model) => model.declared.size > 0,
  async run(model, real) {
    const name = pick([...model.declared.keys()], index)
    change(model, real, name, { [what]: ++model.revisions })
  },
  toString: () => `edit(${what}, ${index})`,
})

/** Removes a component from the tree and from what others say that they need; or adds one that was removed. */
export const removal = (index: number): ModelCommand => ({
  check: () => true,
  async run(model, real) {
    const name = pick([...real.components.keys()], index)
    const original = real.components.get(name)
    if (original === undefined) return
    if (model.declared.has(name)) {
      model.declared.delete(name)
      real.arena.undeclare(name)
      for (const [other, { prerequisites }] of [...model.declared]) {
        if (!prerequisites.includes(name)) continue
        change(model, real, other, { prerequisites: prerequisites.filter((one) => one !== name) })
      }
    } else {
      const prerequisites = original.prerequisites.filter((one) => model.declared.has(one))
      const added = { ...original, prerequisites, written: ++model.revisions }
      const all = [...model.declared.values(), added].sort((a, b) => (a.name < b.name ? -1 : 1))
      model.declared.clear()
      for (const one of all) model.declared.set(one.name, one)
      real.arena.declare(added)
    }
    await agree(model, real, `tree with or without ${name}`)
  },
  toString: () => `removal(${index})`,
})

function change(model: Model, { arena }: Real, name: string, changes: Partial<ArenaComponent>): void {
  const before = model.declared.get(name)
  if (before === undefined) return
  const after = { ...before, ...changes }
  model.declared.set(name, after)
  arena.declare(after)
}

const pick = (names: readonly string[], index: number): string => names[index % names.length] ?? ''
