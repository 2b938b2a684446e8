#!/usr/bin/env node
import type { Surroundings } from './cli/world.ts'

declare const PAICTL_VERSION: string

const argv = process.argv.slice(2)

if (argv.length === 1 && argv[0] === '--version') {
  process.stdout.write(`${PAICTL_VERSION}\n`)
} else if (!isSomewhere()) {
  process.stderr.write('paictl: the working directory is gone; go to one that is there\n')
  process.exitCode = 2
} else {
  const { runCommandLine } = await import('./cli/command-line.ts')
  const { exit } = process
  process.exitCode = await runCommandLine(argv, thisProcess(PAICTL_VERSION))
  endSoon(exit)
}

/** Ends the process when all is printed: what modules have left running would keep it. Where nothing is left, it is over. */
function endSoon(exit: () => never): void {
  const isPrinted = (): boolean => process.stdout.writableLength + process.stderr.writableLength === 0
  setTimeout(() => (isPrinted() ? exit() : endSoon(exit)), 300).unref()
}

/** Whether the working directory still exists: nothing can even be loaded where it does not. */
function isSomewhere(): boolean {
  try {
    return process.cwd() !== ''
  } catch {
    return false
  }
}

/** The only place that touches the process: what it is given, what it writes to, and the signals that end it. */
function thisProcess(version: string): Surroundings {
  // A reader that closes its end (`| head`) ends the printing, not the run.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  return {
    version,
    cwd: process.cwd(),
    // Each look into process.env itself asks the system.
    env: { ...process.env },
    argv,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    onSignal(listener) {
      const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
      for (const signal of signals) process.on(signal, listener)
      return () => {
        for (const signal of signals) process.off(signal, listener)
      }
    },
    onStray({ error, warning }) {
      process.on('uncaughtException', error)
      process.on('unhandledRejection', error)
      // There is no listener where warnings are switched off.
      if (process.listenerCount('warning') === 0) return
      process.removeAllListeners('warning')
      process.on('warning', ({ name, message }) => warning(`${name}: ${message}`))
    },
  }
}
