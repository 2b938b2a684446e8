import { type Configuration, valueAt } from '../../config/cluster/configuration.ts'
import { isSameValue } from '../../engine/changes.ts'
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts'
import type { JsonValue } from '../../model/json.ts'
import type { Plan } from '../../model/plan.ts'
import type { CommandLineValue } from '../../model/record.ts'
import type { RenderedService } from '../../model/rendered.ts'
import type { Secrets } from '../../model/secrets.ts'
import type { Cluster } from '../project/cluster.ts'

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
    const lost = lostValues({ service, values, secrets, given }, rendered.get(service))
    if (lost.length === 0) return []
    const data = { service, values: secrets.maskData<readonly CommandLineValue[]>(lost), verb }
    return [diagnostic('values-taken-back', data, { service, severity: 'warning' })]
  })
}

/** Those of the values that a service was started with, from the command line of then, that nothing gives it now. */
export function lostValues(
  {
    service,
    values,
    secrets,
    given,
  }: {
    readonly service: string
    readonly values: readonly CommandLineValue[]
    readonly secrets: Secrets
    readonly given: Configuration['given']
  },
  rendered: Pick<RenderedService, 'config' | 'service'> | undefined,
): CommandLineValue[] {
  const config = rendered && { [service]: rendered.config, [rendered.service.component]: rendered.config }
  return values.filter(({ path, value }) => {
    const now = [valueAt(path, given), valueAt(path, config)]
    // A secret is recorded masked.
    const isIt = (one: JsonValue): boolean =>
      isSameValue(one, value) || isSameValue(secrets.maskConfiguration(one), value)
    return !now.some((one) => one !== undefined && isIt(one))
  })
}

const RENEWING: readonly string[] = ['start', 'refresh']
