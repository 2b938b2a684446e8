import { existsSync } from 'node:fs'
import { join } from 'node:path'

const tokenFile = join(process.env.PAICTL_DATA_DIR ?? '.', 'write-token')
process.stdout.write(`${JSON.stringify({ token_file: tokenFile, exists: existsSync(tokenFile) }, null, 2)}\n`)
