import { dirname, resolve } from 'node:path'
import { readAssignment } from '../../config/cluster/assignment.ts'
import { mergeTrees } from '../../config/cluster/merge.ts'
import { ASSIGNMENTS } from '../../config/cluster/overlays.ts'
import type { TextFile } from '../../config/text-file.ts'
import { editYaml, isSameJson, type YamlEdit } from '../../config/yaml/yaml-edit.ts'
import { entryOf, isNothing, toJson, typeOfNode, type YamlMap } from '../../config/yaml/yaml-node.ts'
import { blockLines, INDENT } from '../../config/yaml/yaml-text.ts'
import { parseYaml } from '../../config/yaml/yaml-tree.ts'
import { deploymentFile } from '../../io/project/deployment-scan.ts'
import { readOptional } from '../../io/project/project-file.ts'
import { schemaFrom } from '../../io/project/schema-location.ts'
import { append } from '../../model/append.ts'
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts'
import type { JsonObject } from '../../model/json.ts'
import type { ProjectSettings } from '../../model/project.ts'
import { startOfFile } from '../../model/span.ts'
import type { Invocation } from '../invocation.ts'
import { missing } from '../project/named-paths.ts'

/** What the options of a command say of a deployment's configuration. */
export interface ConfigOptions {
  /** --config: a file whose map is laid on what is there; relative to the working directory. */
  readonly configFile: string | undefined
  /** --set: `key=value`, laid on that. */
  readonly assignments: readonly string[]
}

/** The same, read. */
export interface AskedConfig {
  /** Each value with the place in the file, or in `--set`, that gave it. */
  readonly tree: YamlMap
  /** What of it `--set` gave. */
  readonly assigned: YamlMap
  /** The file, where it is one that can be read. */
  readonly file: TextFile | undefined
  readonly problems: readonly Diagnostic[]
}

/** Reads what is asked for of a configuration; all that is wrong with it is in `problems`. */
export function readAsked({ cwd }: Pick<Invocation, 'cwd'>, options: ConfigOptions): AskedConfig {
  const problems: Diagnostic[] = []
  const file = options.configFile === undefined ? undefined : readConfigFile(resolve(cwd, options.configFile), problems)
  let assigned: YamlMap = { kind: 'map', span: startOfFile(ASSIGNMENTS), entries: [] }
  const lay = (base: YamlMap, over: YamlMap): YamlMap => {
    const merged = mergeTrees(base, over)
    append(problems, merged.diagnostics)
    return merged.tree as YamlMap
  }
  let line = 1
  for (const assignment of options.assignments) {
    const read = readAssignment(assignment, line, false)
    append(problems, read.diagnostics)
    if (read.tree !== undefined) assigned = lay(assigned, read.tree)
    line += assignment.split(/\r\n?|\n/).length
  }
  return { tree: file?.tree === undefined ? assigned : lay(file.tree, assigned), assigned, file, problems }
}

function readConfigFile(file: string, problems: Diagnostic[]): (TextFile & { readonly tree?: YamlMap }) | undefined {
  const text = readOptional(file)
  if (!text.ok || text.value === undefined) {
    problems.push(text.ok ? missing('--config', file, undefined) : text.error)
    return undefined
  }
  const { root, diagnostics } = parseYaml(file, text.value)
  append(problems, diagnostics)
  if (root?.kind === 'map') return { file, text: text.value, tree: root }
  if (root !== undefined && !isNothing(root)) {
    const data = { what: 'the configuration', expected: 'a map', found: typeOfNode(root) }
    problems.push(diagnostic('wrong-type', data, { span: root.span }))
  }
  return undefined
}

/** What a new deployment is declared to be, its configuration apart. */
export interface NewDeployment {
  readonly name: string
  readonly component: string
  readonly description: string | undefined
  readonly tags: readonly string[]
  readonly prerequisites: readonly string[]
}

/** The text of the file of a new deployment. What `--config` names is taken over with its comments. */
export function newDeploymentText(settings: ProjectSettings, request: NewDeployment, asked: AskedConfig): string {
  const { component, description, tags, prerequisites, name } = request
  const schema = schemaFrom(dirname(deploymentFile(settings.clusterConfigDirectory, name)), settings.root, 'deployment')
  const keys: JsonObject = {
    component,
    ...(description !== undefined && { description }),
    ...(tags.length > 0 && { tags }),
    ...(prerequisites.length > 0 && { prerequisite: prerequisites }),
  }
  const head = [`# yaml-language-server: $schema=${schema}`, ...blockLines(keys, 0)]
  const config = toJson(asked.tree) as JsonObject
  if (Object.keys(config).length === 0) return `${head.join('\n')}\n`
  return takenOver(head, asked) ?? `${[...head, 'config:', ...blockLines(config, INDENT)].join('\n')}\n`
}

/** The text with the lines of the file that was asked for, further in; `undefined` where these would not mean the same there. */
function takenOver(head: readonly string[], { file, tree, assigned }: AskedConfig): string | undefined {
  if (file === undefined) return undefined
  const lines = file.text.replace(/^\ufeff/, '').split(/\r\n?|\n/)
  const first = lines.findIndex((line) => !/^\s*(?:#|$)/.test(line))
  // A document does not begin below a key.
  if (/^---\s*$/.test(lines[first] ?? '')) lines.splice(first, 1)
  while (lines.at(-1)?.trim() === '') lines.pop()
  const indented = lines.map((line) => (line.trim() === '' ? '' : ' '.repeat(INDENT) + line))
  const text = `${[...head, 'config:', ...indented].join('\n')}\n`
  const sets = assigned.entries.map(
    ({ key, value }): YamlEdit => ({ kind: 'set', path: ['config', key.value], value: toJson(value) }),
  )
  const edited = editYaml({ file: '', text }, sets)
  if (!edited.ok) return undefined
  const { root, diagnostics } = parseYaml('', edited.value)
  const config = entryOf(root, 'config')?.value
  const isSame = diagnostics.length === 0 && config !== undefined && isSameJson(toJson(config), toJson(tree))
  return isSame ? edited.value : undefined
}
