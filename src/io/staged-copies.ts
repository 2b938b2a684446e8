/** Removes every staged copy of a service. */
export function removeCopies(_cluster: string, _service: string): void {
  throw new Error('not built yet')
}
