import { createHash } from 'node:crypto'
import { request } from 'node:http'

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** What a response says, of whatever type it is. */
export const json = async (response: Response) => JSON.parse(await response.text())

/** Sends a request with exactly this path: `fetch` would resolve the dots in it. */
export function rawStatus(url: string, { path, method = 'GET', headers = {} }: RawRequest): Promise<number> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const sent = request({ hostname, port, path, method, headers, agent: false }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode ?? 0))
    })
    sent.on('error', reject)
    sent.end()
  })
}

interface RawRequest {
  readonly path: string
  readonly method?: string
  readonly headers?: Record<string, string>
}
