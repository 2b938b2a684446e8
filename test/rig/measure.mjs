// Loaded before the command (`node --import`): leaves behind what it took, for the limits that tests hold it to.
import { writeFileSync } from 'node:fs'

const file = process.env.MEASURED
delete process.env.MEASURED

process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
  writeFileSync(file, JSON.stringify({ megabytes: maxRSS / 1024, seconds: (userCPUTime + systemCPUTime) / 1e6 }))
})
