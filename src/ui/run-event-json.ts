import { type DeploymentFileEvent, FORMAT_VERSION, type RunEvent } from '../model/event.ts'

/** An event as one line of `--output json`: `v`, `type`, `time` in ISO 8601, then what the event carries. */
export function runEventJson(event: RunEvent | DeploymentFileEvent): string {
  const { type, time, ...rest } = event
  return JSON.stringify({ v: FORMAT_VERSION, type, time: new Date(time).toISOString(), ...rest })
}
