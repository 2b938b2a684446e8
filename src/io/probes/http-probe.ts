import type { ProbeAnswer } from '../../model/observed.ts'

/** Asks a URL once, at most until `cut` aborts. Redirects are not followed: 2xx and 3xx mean up. */
export async function askHttp(url: string, timeoutMs: number, cut?: AbortSignal): Promise<ProbeAnswer> {
  const target = parseUrl(url)
  if (target === undefined) return { status: 'unknown', detail: `${url} is no http or https URL` }
  const { get } = target.protocol === 'https:' ? await import('node:https') : await import('node:http')
  return new Promise((resolve) => {
    // No agent: a kept connection could be answered by a process that is about to end.
    const request = get(target, { agent: false, headers: { connection: 'close', 'user-agent': 'paictl' } })
    const timer = setTimeout(() => settle({ status: 'unknown', detail: silence(url, timeoutMs) }), timeoutMs)
    const settle = (answer: ProbeAnswer): void => {
      clearTimeout(timer)
      cut?.removeEventListener('abort', giveUp)
      resolve(answer)
      request.destroy()
    }
    const giveUp = (): void => settle(cutShort(url))
    if (cut?.aborted) return giveUp()
    cut?.addEventListener('abort', giveUp)
    request.on('response', ({ statusCode = 0 }) => {
      const up = statusCode >= 200 && statusCode < 400
      settle(
        up
          ? { status: 'up', detail: `${url} answered ${statusCode}` }
          : { status: 'down', dead: false, detail: `HTTP ${statusCode} from ${url}` },
      )
    })
    request.on('error', (error) => settle(answerOfError(url, error)))
  })
}

/** What a failed connection to `asked` says of the service there. */
export function answerOfError(asked: string, error: NodeJS.ErrnoException): ProbeAnswer {
  switch (error.code) {
    case 'ECONNREFUSED':
      return { status: 'down', dead: false, detail: `${asked} refused the connection` }
    case 'ECONNRESET':
    case 'EPIPE':
      return { status: 'down', dead: false, detail: `${asked} closed the connection without an answer` }
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return { status: 'unknown', detail: `${asked}: the name of the host is not known` }
    default:
      return { status: 'unknown', detail: `${asked}: ${error.code ?? error.message}` }
  }
}

/** What is said of something that gives no answer in time. */
export const silence = (asked: string, timeoutMs: number): string =>
  `${asked} gave no answer within ${timeoutMs / 1000}s`

/** What is said of a question that was not asked to the end. */
export const cutShort = (asked: string): ProbeAnswer => ({
  status: 'unknown',
  detail: `${asked} was not asked to the end`,
})

function parseUrl(url: string): URL | undefined {
  try {
    const parsed = new URL(url)
    return parsed.protocol === 'http:' || parsed.protocol === 'https:' ? parsed : undefined
  } catch {
    return undefined
  }
}
