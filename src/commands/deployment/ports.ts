import { nextPort, nodeAt, type PortRange, portRanges, wholeNumbersIn } from '../../config/schema/port-ranges.ts'
import type { TextFile } from '../../config/text-file.ts'
import type { YamlEdit } from '../../config/yaml/yaml-edit.ts'
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts'
import { isJsonObject, type JsonValue } from '../../model/json.ts'
import { err, ok, type Result } from '../../model/result.ts'
import type { Site } from '../project/site.ts'

/**
 * The ranges of a component's schema of which a new deployment is given a port: those of keys that neither its file nor what
 * is laid on it gives. What is said of all deployments of the component is no port of one of them.
 */
export function rangesToChoose({ project, configuration }: Site, name: string, schema: TextFile): PortRange[] {
  const declared = project.deployments.get(name)?.config?.value
  const laid = memberOf(configuration.given, name)
  return portRanges(schema).filter(
    ({ path }) =>
      nodeAt(declared, path) === undefined && path.reduce<JsonValue | undefined>(memberOf, laid) === undefined,
  )
}

const memberOf = (value: JsonValue | undefined, key: string): JsonValue | undefined =>
  isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined

/** Ports of ranges for a new deployment, each the lowest that no declared service uses. */
export function choosePorts(
  { project, configuration }: Site,
  name: string,
  ranges: readonly PortRange[],
): Result<YamlEdit[], Diagnostic[]> {
  const used = new Set<number>()
  for (const [service, { tree }] of configuration.sections) if (service !== name) wholeNumbersIn(tree, used)
  const declared = project.deployments.get(name)?.config?.value
  if (declared !== undefined) wholeNumbersIn(declared, used)
  const edits: YamlEdit[] = []
  const problems: Diagnostic[] = []
  for (const range of ranges) {
    const { path, first, last, span } = range
    const port = nextPort(range, used)
    if (port === undefined) {
      problems.push(
        diagnostic('no-free-port', { service: name, path: path.join('.'), first, last }, { span, service: name }),
      )
    } else {
      used.add(port)
      edits.push({ kind: 'set', path: ['config', ...path], value: port })
    }
  }
  return problems.length > 0 ? err(problems) : ok(edits)
}

/** Whether a problem is one of a value in whose place a port is chosen. */
export function isOfChosen({ code, data }: Diagnostic, chosen: readonly PortRange[]): boolean {
  return (
    (code === 'port-taken' || code === 'schema-violation') && chosen.some(({ path }) => path.join('.') === data.path)
  )
}
