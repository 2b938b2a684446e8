/**
 * Adds all `items` to the end of `list`. `push(...items)` puts every item on the stack, which a large file of a user can
 * exhaust.
 */
export function append<T>(list: T[], items: Iterable<T>): void {
  for (const item of items) list.push(item)
}
