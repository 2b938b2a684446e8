import { createHash } from 'node:crypto'

const TIMEOUT_MS = 10_000

/**
 * Talks to a model store. Rejects with an Error whose message is for people.
 * @param {string} url
 */
export function storeClient(url) {
  /** @param {string} name */
  const modelUrl = (name) => `${url}/v1/models/${encodeURIComponent(name)}`

  return {
    /**
     * The newest version of a model; 0 where there is none.
     * @param {string} name
     * @returns {Promise<number>}
     */
    async latest(name) {
      const response = await ask(modelUrl(name), {})
      if (response.status === 404) {
        return 0
      }
      return (await expectSuccess(response).json()).latest
    },

    /**
     * @param {string} name
     * @param {number} version
     * @returns {Promise<Buffer>}
     */
    async fetch(name, version) {
      const response = await ask(`${modelUrl(name)}/versions/${version}`, {})
      if (response.status === 404) {
        throw new Error(`the model store at ${url} has no version ${version} of ${name}`)
      }
      const bytes = Buffer.from(await expectSuccess(response).arrayBuffer())
      if (digestOf(bytes) !== response.headers.get('x-content-sha256')) {
        throw new Error(`version ${version} of ${name} arrived damaged from the model store at ${url}`)
      }
      return bytes
    },

    /**
     * Publishes bytes as the next version, and returns which and their digest. Another publisher may be faster, so a
     * taken version is no failure: versions are tried upward.
     * @param {string} name
     * @param {Buffer} bytes
     * @param {string} token
     * @returns {Promise<{version: number, sha256: string}>}
     */
    async publishNext(name, bytes, token) {
      const sha256 = digestOf(bytes)
      for (let version = (await this.latest(name)) + 1; ; version += 1) {
        const response = await ask(`${modelUrl(name)}/versions/${version}`, {
          method: 'PUT',
          headers: { authorization: `Bearer ${token}`, 'x-content-sha256': sha256, 'content-type': 'application/json' },
          body: bytes,
        })
        if (response.status !== 409) {
          await expectSuccess(response).body?.cancel()
          return { version, sha256 }
        }
      }
    },
  }

  /**
   * @param {string} address
   * @param {RequestInit} request
   */
  async function ask(address, request) {
    try {
      return await fetch(address, { ...request, signal: AbortSignal.timeout(TIMEOUT_MS) })
    } catch (error) {
      throw new Error(`the model store at ${url} does not answer: ${error.cause?.message ?? error.message}`)
    }
  }

  /** @param {Response} response */
  function expectSuccess(response) {
    if (!response.ok) {
      throw new Error(`the model store at ${url} answered ${response.status} to ${response.url}`)
    }
    return response
  }
}

/** @param {Buffer} bytes */
function digestOf(bytes) {
  return createHash('sha256').update(bytes).digest('hex')
}
