import { constants } from 'node:fs'
import { err, ok, type Result } from '../../model/result.ts'
import { openPrivate } from '../state/atomic-file.ts'
import { plainReason } from '../state/state-error.ts'
import type { SpawnRequest } from './spawn.ts'

/** Opens the log that takes a script's output, as a descriptor to be closed once the script has it; an error is one line. */
export function openOutput({ log, append }: Pick<SpawnRequest, 'log' | 'append'>): Result<number, string> {
  try {
    return ok(openPrivate(log, append ? constants.O_APPEND : constants.O_APPEND | constants.O_TRUNC))
  } catch (error) {
    return err(`its log ${log} cannot be written: ${plainReason(error)}`)
  }
}
