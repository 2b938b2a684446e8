/** `a`, `a and b`, `a, b and c`: in the order given. */
export function andList(items: readonly string[]): string {
  if (items.length <= 1) return items[0] ?? ''
  return `${items.slice(0, -1).join(', ')} and ${items[items.length - 1]}`
}

/** `1 service`, `2 services`; a plural that does not just take an `s` is given. */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`
}

/** `a, b, c`, and from the `limit` on only how many more there are. */
export function shortList(items: readonly string[], limit = 12, separator = ', '): string {
  if (items.length <= limit + 1) return items.join(separator)
  return `${items.slice(0, limit).join(separator)} and ${items.length - limit} more`
}

/** Puts a name into straight double quotes. */
export const quoted = (name: string): string => `"${name}"`
