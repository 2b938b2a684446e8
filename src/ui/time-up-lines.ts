import { formatDuration } from '../model/duration.ts'
import type { RunEvent, UnderWay } from '../model/event.ts'
import { printable, printableSentence } from './printable.ts'
import { counted } from './wording/lists.ts'

type TimeUp = RunEvent & { readonly type: 'time-up' }

/** What the end of a run's time has set off. */
export function timeUpLine({ afterMs, underWay }: TimeUp): string {
  const ending = underWay.length === 0 ? '' : `; ending ${counted(underWay.length, 'step')} under way`
  return `Time is up after ${formatDuration(afterMs)} (--timeout): nothing new starts${ending}.`
}

/** What was under way when time was up, and what it waited for: said once more at the end. */
export function timeUpSummary({ afterMs, underWay }: TimeUp): string[] {
  const head = `Time was up after ${formatDuration(afterMs)} (--timeout)`
  if (underWay.length === 0) return [`${head}.`]
  return [`${head}; under way were:`, ...underWay.map((one) => `  ${printable(one.service)}  ${doingWords(one)}`)]
}

const doingWords = ({ operator, waitingFor }: UnderWay): string =>
  waitingFor === null ? `${operator}: its script ran` : `${operator}: waiting for ${printableSentence(waitingFor)}`
