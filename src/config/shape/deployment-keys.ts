import { LABELS, PREREQUISITES } from './service-keys.ts'
import type { KeyTable, Shape } from './shape.ts'

/** The keys of cluster-config/deployments/<name>.yaml: what they take, and what they mean. */
export const DEPLOYMENT_KEYS: KeyTable = {
  component: {
    shape: { kind: 'text', format: 'name' },
    doc: 'The component that this is an instance of.',
  },
  config: {
    shape: { kind: 'map', of: { kind: 'anything' } },
    doc: "The configuration of this instance, merged over the component's defaults.",
  },
  prerequisite: {
    shape: PREREQUISITES,
    doc: 'What must be ready before this instance starts, besides what the component needs.',
  },
  description: { shape: { kind: 'text' }, doc: 'One line for people.' },
  tags: { shape: LABELS, doc: 'Words to select services by: `tag:x`.' },
}

export const DEPLOYMENT_SHAPE: Shape = { kind: 'record', keys: DEPLOYMENT_KEYS, required: ['component'] }
