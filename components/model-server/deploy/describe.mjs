import { readFileSync } from 'node:fs'

const { host, port, model } = JSON.parse(readFileSync('settings.json', 'utf8'))
const url = `http://${host}:${port}`
const health = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(2000) })
  .then((response) => response.json())
  .catch(() => null)
const pid = Number(process.argv[2]) || null
process.stdout.write(`${JSON.stringify({ url, pid, model, version: health?.version ?? null }, null, 2)}\n`)
