import type { ProbeAnswer } from '../../model/observed.ts'
import { answerOfError, cutShort, silence } from './http-probe.ts'

/** Tries to connect once, at most until `cut` aborts; nothing is sent. */
export async function askTcp(host: string, port: number, timeoutMs: number, cut?: AbortSignal): Promise<ProbeAnswer> {
  const asked = `${host.includes(':') ? `[${host}]` : host}:${port}`
  const { connect } = await import('node:net')
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    const timer = setTimeout(() => settle({ status: 'unknown', detail: silence(asked, timeoutMs) }), timeoutMs)
    const settle = (answer: ProbeAnswer): void => {
      clearTimeout(timer)
      cut?.removeEventListener('abort', giveUp)
      resolve(answer)
      socket.destroy()
    }
    const giveUp = (): void => settle(cutShort(asked))
    if (cut?.aborted) return giveUp()
    cut?.addEventListener('abort', giveUp)
    socket.on('connect', () => {
      // On the loopback, a connection to a free port can be given that very port, and so meet itself.
      const itself = socket.localPort === port && socket.localAddress === socket.remoteAddress
      settle(
        itself
          ? { status: 'down', dead: false, detail: `${asked} refused the connection` }
          : { status: 'up', detail: `${asked} accepts connections` },
      )
    })
    socket.on('error', (error) => settle(answerOfError(asked, error)))
  })
}
