// Loaded before paictl (`node --import`): kills its process at an exact place, without the product knowing of it.
// KILL_AT says where: `journal:before:7`, `journal:torn:7` and `journal:after:7` count the entries written to journals;
// `state:before:40` and `state:after:40` count all that changes files below PAICTL_STATE_DIR.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const [what, when, number] = (process.env.KILL_AT ?? '').split(':')
const last = Number(number)
const state = process.env.PAICTL_STATE_DIR ?? '/nowhere'
let count = 0

const die = () => process.kill(process.pid, 'SIGKILL')

function pathOf(target) {
  if (typeof target !== 'number') return String(target)
  try {
    return fs.readlinkSync(`/proc/self/fd/${target}`)
  } catch {
    return ''
  }
}

const isCounted = (target) => {
  const path = pathOf(target)
  return what === 'journal' ? path.endsWith('/journal.jsonl') : path.startsWith(state)
}

/** Calls through, and dies at the right time. `torn` does a part of the call. */
const at = (act, torn) => {
  count += 1
  if (count !== last) return act()
  if (when === 'before') die()
  if (when === 'torn') torn()
  else act()
  die()
}

const { writeSync } = fs
fs.writeSync = (fd, data, ...others) => {
  if (!isCounted(fd)) return writeSync(fd, data, ...others)
  const bytes = typeof data === 'string' ? Buffer.from(data) : data
  return at(
    () => writeSync(fd, data, ...others),
    () => writeSync(fd, bytes, 0, bytes.length >> 1),
  )
}

if (what === 'state') {
  const writers = ['mkdirSync', 'rmSync', 'rmdirSync', 'unlinkSync']
  for (const name of [...writers, 'chmodSync', 'ftruncateSync', 'truncateSync']) {
    const own = fs[name]
    fs[name] = (target, ...others) =>
      isCounted(target) ? at(() => own(target, ...others), die) : own(target, ...others)
  }
  for (const name of ['renameSync', 'linkSync', 'symlinkSync', 'copyFileSync']) {
    const own = fs[name]
    fs[name] = (from, to, ...others) =>
      isCounted(to) ? at(() => own(from, to, ...others), die) : own(from, to, ...others)
  }
}

syncBuiltinESMExports()
