import { append } from '../../model/append.ts'
import type { Diagnostic } from '../../model/diagnostic.ts'
import { diagnostic } from '../../model/diagnostic.ts'
import { SAFE_NAME } from '../../model/project.ts'
import type { Prerequisite } from '../../model/service.ts'
import type { Located } from '../../model/span.ts'
import { startOfFile } from '../../model/span.ts'
import { DEPLOYMENT_SHAPE } from '../shape/deployment-keys.ts'
import { checkShape, textOf } from '../shape/shape.ts'
import type { YamlEntry } from '../yaml/yaml-node.ts'
import { entryOf, isNothing, itemsOf } from '../yaml/yaml-node.ts'
import { parseYaml } from '../yaml/yaml-tree.ts'
import { readPrerequisites } from './read-prerequisites.ts'
import { RESERVED_NAMES } from './reserved-names.ts'

export interface DeploymentFileInput {
  /** What the file is called, without its ending. */
  readonly name: string
  /** cluster-config/deployments/<name>.yaml, absolute. */
  readonly file: string
  /** `undefined`: it could not be read, which was said. */
  readonly text: string | undefined
}

/** A deployment as its file declares it. */
export interface Deployment {
  readonly name: string
  /** Absolute. */
  readonly file: string
  /** `undefined`: it names none, which was said. */
  readonly component: Located<string> | undefined
  /** Its part of the configuration, which is laid on the component's; the key's own place is kept. */
  readonly config: YamlEntry | undefined
  readonly prerequisites: readonly Prerequisite[]
  readonly description: string | undefined
  readonly tags: readonly string[]
}

/** Reads a file of cluster-config/deployments/; what it names is looked for elsewhere. Problems carry the deployment's name. */
export function readDeploymentFile({ name, file, text }: DeploymentFileInput): {
  readonly deployment: Deployment
  readonly diagnostics: readonly Diagnostic[]
} {
  const { root: document, diagnostics: syntax } = parseYaml(file, text ?? '')
  const root = isNothing(document) ? undefined : document
  const place = { span: startOfFile(file), service: name }
  const diagnostics = syntax.map((problem): Diagnostic => ({ ...problem, service: name }))
  if (!SAFE_NAME.test(name)) diagnostics.push(diagnostic('bad-name', { name }, place))
  else if (RESERVED_NAMES.has(name)) {
    const expected = 'another name: templates and services-configuration.yaml use this one for something else'
    diagnostics.push(diagnostic('bad-value', { what: 'deployment', value: name, expected, nearest: null }, place))
  }
  if (root === undefined) {
    const expected = 'a deployment, such as `component: model-server`'
    if (text !== undefined && syntax.length === 0) diagnostics.push(diagnostic('yaml-empty', { expected }, place))
  } else append(diagnostics, checkShape({ shape: DEPLOYMENT_SHAPE, node: root, name: `${name}.yaml`, service: name }))
  const { prerequisites, problems } = readPrerequisites(name, entryOf(root, 'prerequisite')?.value)
  append(diagnostics, problems)
  const component = entryOf(root, 'component')?.value
  const named = textOf(component)
  return {
    deployment: {
      name,
      file,
      component: component === undefined || named === undefined ? undefined : { value: named, span: component.span },
      config: entryOf(root, 'config'),
      prerequisites,
      description: textOf(entryOf(root, 'description')?.value),
      tags: itemsOf(entryOf(root, 'tags')?.value).flatMap((tag) => textOf(tag) ?? []),
    },
    diagnostics,
  }
}
