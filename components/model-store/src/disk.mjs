import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, mkdtemp, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * A version as it is listed.
 * @typedef {{version: number, sha256: string, bytes: number}} Version
 */

/** A model whose bytes are not what their sender says, or too many; `reason` tells which. */
export class BadModel extends Error {
  /**
   * @param {'digest' | 'size'} reason
   * @param {string} message
   */
  constructor(reason, message) {
    super(message)
    this.reason = reason
  }
}

/**
 * Models on disk: `models/<name>/<version>/{content,sha256}`. A version appears whole, by the rename of a directory, and
 * never changes. Names and versions are the caller's to check.
 * @param {string} directory
 */
export async function openDisk(directory) {
  const models = join(directory, 'models')
  const incoming = join(directory, 'incoming')
  // What was being received when the store last ended will not be completed.
  await rm(incoming, { recursive: true, force: true })
  await mkdir(models, { recursive: true })
  await mkdir(incoming, { recursive: true })

  /** @param {string} name @param {number} version */
  const place = (name, version) => join(models, name, String(version))

  return {
    /** @returns {Promise<string[]>} */
    async names() {
      return (await readdir(models)).sort()
    },

    /**
     * In ascending order; empty for an unknown model.
     * @param {string} name
     * @returns {Promise<Version[]>}
     */
    async versions(name) {
      const found = (await unlessMissing(readdir(join(models, name)))) ?? []
      const versions = await Promise.all(found.map((version) => this.version(name, Number(version))))
      return versions.filter((version) => version !== undefined).sort((a, b) => a.version - b.version)
    },

    /**
     * @param {string} name
     * @param {number} version
     * @returns {Promise<Version | undefined>}
     */
    async version(name, version) {
      const sha256 = await unlessMissing(readFile(join(place(name, version), 'sha256'), 'utf8'))
      if (sha256 === undefined) {
        return undefined
      }
      const { size } = await stat(join(place(name, version), 'content'))
      return { version, sha256, bytes: size }
    },

    /**
     * @param {string} name
     * @param {number} version
     */
    content(name, version) {
      return createReadStream(join(place(name, version), 'content'))
    },

    /**
     * Takes a model in. Resolves to false where the version exists already; it is left as it was.
     * @param {{name: string, version: number, sha256: string, maxBytes: number}} model
     * @param {AsyncIterable<Buffer>} body
     * @returns {Promise<boolean>}
     */
    async publish({ name, version, sha256, maxBytes }, body) {
      const received = await mkdtemp(join(incoming, 'model-'))
      try {
        const digest = await receive(body, join(received, 'content'), maxBytes)
        if (digest !== sha256) {
          throw new BadModel('digest', `the model's SHA-256 is ${digest}, not ${sha256} as announced`)
        }
        await writeFile(join(received, 'sha256'), digest)
        await mkdir(join(models, name), { recursive: true })
        return await renameToNew(received, place(name, version))
      } finally {
        await rm(received, { recursive: true, force: true })
      }
    },
  }
}

/**
 * Writes the body to a file, to the disk itself, and returns its SHA-256.
 * @param {AsyncIterable<Buffer>} body
 * @param {string} path
 * @param {number} maxBytes
 */
async function receive(body, path, maxBytes) {
  const hash = createHash('sha256')
  const file = await open(path, 'wx')
  let bytes = 0
  try {
    for await (const chunk of body) {
      bytes += chunk.length
      if (bytes > maxBytes) {
        throw new BadModel('size', `the model is larger than ${maxBytes} bytes (max-model-bytes)`)
      }
      hash.update(chunk)
      await file.writeFile(chunk)
    }
    await file.sync()
  } finally {
    await file.close()
  }
  return hash.digest('hex')
}

/**
 * A directory is never renamed over one with content, so of two that publish the same version one wins.
 * @param {string} from
 * @param {string} to
 */
async function renameToNew(from, to) {
  try {
    await rename(from, to)
    return true
  } catch (error) {
    if (error.code === 'ENOTEMPTY' || error.code === 'EEXIST') {
      return false
    }
    throw error
  }
}

/**
 * @template T
 * @param {Promise<T>} promise
 * @returns {Promise<T | undefined>}
 */
async function unlessMissing(promise) {
  try {
    return await promise
  } catch (error) {
    if (error.code === 'ENOENT') {
      return undefined
    }
    throw error
  }
}
