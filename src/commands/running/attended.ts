import { Interruption } from '../../engine/execute/interruption.ts'
import { EXIT } from '../../model/exit-code.ts'
import type { Cluster } from '../project/cluster.ts'

/** Thrown where a signal has ended a command before there was a run: all that is left is to end, too. */
export class EndedBySignal extends Error {
  readonly exitCode: number

  constructor(signalNumber: number) {
    super(`ended by signal ${signalNumber}`)
    this.exitCode = EXIT.signal + signalNumber
  }
}

/**
 * Carries out `look`, which runs scripts of services to find out how they are. An ending signal ends those scripts, which a
 * terminal's Ctrl-C does not reach in their groups of their own, and then the command.
 */
export async function attended<T>({ onSignal, probes, scripts }: Cluster, look: () => Promise<T>): Promise<T> {
  const interruption = new Interruption()
  const ignore = onSignal((signal) => {
    interruption.raise(signal)
    probes.interrupt('kill')
    scripts.interrupt('kill')
  })
  try {
    const found = await look()
    if (interruption.signalNumber !== undefined) throw new EndedBySignal(interruption.signalNumber)
    return found
  } finally {
    ignore()
  }
}
