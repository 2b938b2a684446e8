import { readFileSync } from 'node:fs'

const { host, port, directory } = JSON.parse(readFileSync('settings.json', 'utf8'))
const url = `http://${host}:${port}`
const models = await fetch(`${url}/v1/models`, { signal: AbortSignal.timeout(2000) })
  .then(async (response) => (await response.json()).models)
  .catch(() => null)
const pid = Number(process.argv[2]) || null
process.stdout.write(`${JSON.stringify({ url, pid, directory, models }, null, 2)}\n`)
