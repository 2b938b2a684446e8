/** Sections of `cluster_cfg` that belong to no service. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set(['cluster', 'layout'])
