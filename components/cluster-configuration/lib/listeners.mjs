import { once } from 'node:events'
import { createServer } from 'node:http'

/** An address that was left goes on answering until it has not been asked for this long … */
const QUIET_MS = 2000

/** … but no longer than this, whoever asks. */
const LEAVING_MS = 30_000

const SWEEP_MS = 50

/**
 * @typedef {{host: string, port: number}} Address
 * @typedef {{server: import('node:http').Server, address: Address, stay?: () => void, left?: Promise<void>}} Listener
 */

/**
 * Where an app listens. It can go elsewhere while it answers: the new address is opened before the old one is left, and
 * the old one answers until those who ask there have been told of the new one.
 * @param {import('fastify').FastifyInstance} app
 */
export function createListeners(app) {
  /** @type {Listener[]} */
  const listeners = []
  /** @type {Listener | undefined} */
  let current

  return {
    /** @param {Address} address */
    isAt: (address) => current !== undefined && isSame(current.address, address),

    /**
     * Whether both addresses can be open at once: two hosts may be one and the same to the machine.
     * @param {Address} address
     */
    canOpenBeside: (address) => current === undefined || current.address.port !== address.port,

    /**
     * Rejects where the address cannot be had; what is open stays open in any case.
     * @param {Address} address
     * @returns {Promise<Listener>}
     */
    async open(address) {
      const known = listeners.find((listener) => isSame(listener.address, address))
      if (known) {
        known.stay?.()
        return known
      }
      const server = listeners.length === 0 ? app.server : serverBeside(app)
      if (server === app.server) {
        await app.listen({ host: address.host, port: address.port })
      } else {
        server.listen(address.port, address.host)
        await once(server, 'listening')
      }
      const opened = { server, address: { host: address.host, port: address.port } }
      listeners.push(opened)
      return opened
    },

    /**
     * From now on this is where it listens; the one before is left.
     * @param {Listener} listener
     */
    settle(listener) {
      const before = current
      current = listener
      if (before && before !== listener) {
        const leave = () => this.leave(before).catch((error) => app.log.error(error, 'an address cannot be left'))
        before.stay = whenQuiet(before.server, leave)
      }
    },

    /**
     * Takes no more connections there; requests under way are answered. Once more, it waits for the same.
     * @param {Listener} listener
     */
    async leave(listener) {
      listener.stay?.()
      const index = listeners.indexOf(listener)
      if (index !== -1) {
        listeners.splice(index, 1)
        listener.left = closeSwept(listener.server, (closed) => listener.server.close(closed))
      }
      await listener.left
    },

    /** Ends them all, and the app; resolves when the requests under way are answered. */
    async close() {
      const others = listeners.filter(({ server }) => server !== app.server)
      await Promise.all([closeGracefully(app), ...others.map((listener) => this.leave(listener))])
    },
  }
}

/**
 * Takes no more connections, and resolves when the requests under way are answered.
 * @param {import('fastify').FastifyInstance} app
 */
export async function closeGracefully(app) {
  await closeSwept(app.server, (closed) => app.close().then(closed, closed))
}

/**
 * Node closes the idle connections only once, when it begins: one whose answer is just leaving would stay until its
 * keep-alive time is over.
 * @param {import('node:http').Server} server
 * @param {(closed: (error?: Error) => void) => void} close
 */
async function closeSwept(server, close) {
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS)
  try {
    await new Promise((resolve, reject) => close((error) => (error ? reject(error) : resolve(undefined))))
  } finally {
    clearInterval(sweep)
  }
}

/**
 * A server with the same answers as the app's own, and as patient.
 * @param {import('fastify').FastifyInstance} app
 */
function serverBeside(app) {
  const server = createServer(app.routing)
  const { keepAliveTimeout, requestTimeout, headersTimeout, timeout } = app.server
  return Object.assign(server, { keepAliveTimeout, requestTimeout, headersTimeout, timeout })
}

/**
 * Has whoever still asks connect anew, and tells when nobody does any more, or it has taken too long.
 * @param {import('node:http').Server} server
 * @param {() => void} tell
 * @returns {() => void} forgets about it
 */
function whenQuiet(server, tell) {
  const began = Date.now()
  let asked = began
  /** @param {unknown} _request @param {import('node:http').ServerResponse} response */
  const onRequest = (_request, response) => {
    asked = Date.now()
    response.setHeader('connection', 'close')
  }
  const timer = setInterval(() => {
    if (Date.now() - asked >= QUIET_MS || Date.now() - began >= LEAVING_MS) {
      tell()
    }
  }, SWEEP_MS)
  server.prependListener('request', onRequest)
  return () => {
    clearInterval(timer)
    server.off('request', onRequest)
  }
}

/** @param {Address} a @param {Address} b */
function isSame(a, b) {
  return a.host === b.host && a.port === b.port
}
