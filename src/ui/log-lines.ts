import { printable } from './printable.ts'

/** Lines of a log; with the service's name before each where there are several. */
export function logLines(service: string, lines: readonly string[], named: boolean): string {
  return lines.map((line) => (named ? `${service} | ${line}` : line)).join('\n')
}

/** Takes chunks of several logs as they come and prints whole lines, those of one log never inside another's. */
export function createLogFollower(
  print: (text: string) => void,
  named: boolean,
): (service: string, chunk: string) => void {
  const begun = new Map<string, string>()
  return (service, chunk) => {
    const lines = ((begun.get(service) ?? '') + chunk).split('\n')
    begun.set(service, lines.pop() ?? '')
    if (lines.length > 0) print(logLines(service, lines.map(printable), named))
  }
}
