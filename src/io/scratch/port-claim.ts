import { createServer } from 'node:net'

/**
 * Keeps other paictl processes of this machine from choosing the same port, for as long as this one runs; `false` where one
 * of them has it. Where there is nothing to hold it by, nobody is kept from anything.
 */
export function claimPort(port: number): Promise<boolean> {
  // A name that is no file: it goes with its process, and belongs to the same network as the port.
  if (process.platform !== 'linux') return Promise.resolve(true)
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(`\0paictl-port-${port}`, () => {
      server.unref()
      resolve(true)
    })
  })
}
