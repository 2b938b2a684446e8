import { readFileSync } from 'node:fs'

const { message } = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const result = { message, finished: new Date().toISOString() }
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
