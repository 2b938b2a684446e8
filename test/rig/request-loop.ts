import { Agent, request } from 'node:http'
import type { Socket } from 'node:net'

/** What came of one request. */
export interface Answer {
  /** 0 where there was none: see `problem`. */
  readonly status: number
  readonly body: string
  readonly problem?: string
}

/** An answer, and when: by a clock that each beginning and each end of a request moves on by one. */
export interface TimedAnswer extends Answer {
  readonly began: number
  readonly ended: number
}

interface LoopOptions {
  readonly url: string
  /** POSTed where there is one. */
  readonly body?: string
  /** How many ask at a time, each again as soon as it was answered: as many on connections that stay as on new ones. */
  readonly concurrency?: number
  /** Told of every answer, in the order in which they come. */
  onAnswer?(answer: TimedAnswer): void
}

export interface RequestLoop {
  /** How many were answered so far, well or not. */
  readonly count: number
  /** All that was not answered with 200. */
  readonly failures: readonly TimedAnswer[]
  /** How many connections there were among those that stay. */
  readonly kept: number
  /** Resolves when so many more requests, begun from now on, were answered. */
  more(requests: number): Promise<void>
  /** Begins no more, and resolves when those under way are answered. */
  end(): Promise<void>
}

/** Asks the same again and again, until it is told to end. */
export function requestLoop({ url, body, concurrency = 4, onAnswer }: LoopOptions): RequestLoop {
  const failures: TimedAnswer[] = []
  const connections = new Set<Socket>()
  const waiting: { left: number; resolve: () => void; from: number }[] = []
  let clock = 0
  let count = 0
  let ended = false

  async function ask(agent: Agent | false): Promise<void> {
    while (!ended) {
      clock += 1
      const began = clock
      const onSocket = (socket: Socket) => void (agent !== false && connections.add(socket))
      const answered = await send({ url, agent, onSocket, ...(body === undefined ? {} : { body }) })
      clock += 1
      const answer = { ...answered, began, ended: clock }
      count += 1
      if (answer.status !== 200) failures.push(answer)
      onAnswer?.(answer)
      for (const waiter of [...waiting]) {
        if (began <= waiter.from) continue
        waiter.left -= 1
        if (waiter.left > 0) continue
        waiting.splice(waiting.indexOf(waiter), 1)
        waiter.resolve()
      }
    }
  }

  const agent = new Agent({ keepAlive: true, maxSockets: concurrency })
  const asking = Array.from({ length: concurrency }, (_, index) => ask(index % 2 === 0 ? agent : false))
  return {
    get count() {
      return count
    },
    failures,
    get kept() {
      return connections.size
    },
    more: (requests) =>
      new Promise((resolve) => {
        waiting.push({ left: requests, resolve, from: clock })
      }),
    async end() {
      ended = true
      await Promise.all(asking)
      agent.destroy()
    },
  }
}

interface Sent {
  readonly url: string
  readonly agent: Agent | false
  readonly body?: string
  onSocket(socket: Socket): void
}

function send({ url, agent, body, onSocket }: Sent): Promise<Answer> {
  return new Promise((resolve) => {
    const sent = request(url, { method: body === undefined ? 'GET' : 'POST', agent }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }))
      response.on('error', (error) => resolve({ status: 0, body: text, problem: `broken off: ${error.message}` }))
    })
    sent.on('socket', onSocket)
    sent.on('error', (error) => resolve({ status: 0, body: '', problem: error.message }))
    sent.end(body)
  })
}
