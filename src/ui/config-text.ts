import type { JsonValue } from '../model/json.ts'

/** A section of the configuration as YAML, in the order that it is in. The yaml package is only loaded for this. */
export async function configText(value: JsonValue): Promise<string> {
  const { stringify } = await import('yaml')
  // Without anchors, which a person would have to look up; with long texts left on their line, as they are copied.
  return stringify(value, { aliasDuplicateObjects: false, lineWidth: 0 }).trimEnd()
}
