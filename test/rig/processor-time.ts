/** How many seconds of processor time `act` takes: the same whatever else the machine does meanwhile. */
export function processorSeconds(act: () => void): number {
  const before = process.cpuUsage()
  act()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}
