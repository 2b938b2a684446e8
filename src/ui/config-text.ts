import { stringify } from 'yaml'
import type { JsonValue } from '../model/json.ts'

/** A section of the configuration as YAML, in the order that it is in. */
export function configText(value: JsonValue): string {
  // Without anchors, which a person would have to look up; with long texts left on their line, as they are copied.
  return stringify(value, { aliasDuplicateObjects: false, lineWidth: 0 }).trimEnd()
}
