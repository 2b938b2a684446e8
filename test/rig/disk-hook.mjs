// Loaded before paictl (`node --import`): makes the disk below cluster-config/ another one. DISK says which: `no-links`, where
// hard links cannot be made; `dies`, where paictl is killed when it is about to rename a file.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const isDeclared = (path) => String(path).includes('/cluster-config/')

const { linkSync, renameSync } = fs
fs.linkSync = (from, to) => {
  if (process.env.DISK !== 'no-links' || !isDeclared(to)) return linkSync(from, to)
  throw Object.assign(new Error('EPERM: operation not permitted, link'), { code: 'EPERM', syscall: 'link', path: from })
}
fs.renameSync = (from, to) => {
  if (process.env.DISK === 'dies' && isDeclared(to)) process.kill(process.pid, 'SIGKILL')
  return renameSync(from, to)
}
syncBuiltinESMExports()
