import { type Configuration, valueAt } from '../config/cluster/configuration.ts'
import { canonicalJson } from '../engine/fingerprint.ts'
import { type Diagnostic, diagnostic } from '../model/diagnostic.ts'
import type { JsonValue } from '../model/json.ts'
import type { Plan } from '../model/plan.ts'
import type { CommandLineValue } from '../model/record.ts'
import type { RenderedService } from '../model/rendered.ts'
import type { Cluster } from './cluster.ts'

/**
 * A warning for each service that a plan brings a new configuration to, and that runs with values which only the command
 * line of then gave: they are not what the project says, and nobody would see them go.
 */
export function valuesTakenBack(
  { steps, verb }: Plan,
  { records, secrets }: Pick<Cluster, 'records' | 'secrets'>,
  rendered: ReadonlyMap<string, RenderedService>,
  { given }: Pick<Configuration, 'given'>,
): Diagnostic[] {
  const renewed = new Set(steps.flatMap((step) => (RENEWING.includes(step.operator) ? [step.service] : [])))
  return [...renewed].sort().flatMap((service) => {
    const values = records.read(service)?.applied?.commandLine ?? []
    const config = rendered.get(service)?.config
    const lost = values.filter(({ path, value }) => {
      const now = [valueAt(path, given), valueAt(path, config && { [service]: config })]
      return !now.some((one) => isSame(one, value))
    })
    if (lost.length === 0) return []
    const data = { service, values: secrets.maskData<readonly CommandLineValue[]>(lost), verb }
    return [diagnostic('values-taken-back', data, { service, severity: 'warning' })]
  })
}

const RENEWING: readonly string[] = ['start', 'refresh']

const isSame = (a: JsonValue | undefined, b: JsonValue): boolean =>
  a !== undefined && canonicalJson(a) === canonicalJson(b)
