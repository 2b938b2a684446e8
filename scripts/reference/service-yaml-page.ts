import { SERVICE_KEYS, SERVICE_SUBKEYS } from '../../src/config/shape/service-keys.ts'
import { keyTable } from './key-table.ts'

/** docs/service-yaml.md: `prose` is service-yaml.md beside this file, with a mark where each table belongs. */
export function serviceYamlPage(comment: string, prose: string): string {
  const tables: Readonly<Record<string, string>> = {
    keys: keyTable(SERVICE_KEYS),
    prerequisite: keyTable(SERVICE_SUBKEYS.prerequisite),
    readiness: keyTable(SERVICE_SUBKEYS.readiness),
    timeout: keyTable(SERVICE_SUBKEYS.timeout),
    retry: keyTable(SERVICE_SUBKEYS.retry),
  }
  const text = prose.replace(/^<!-- table: ([\w-]+) -->$/gm, (mark, name: string) => {
    const table = tables[name]
    if (table === undefined) throw new Error(`no table for ${mark}`)
    return table
  })
  return `${comment}\n\n${text}`
}
