// Asks the model store whether it still has what this job published. Needs nothing outside deploy/: status has to work
// where the project is gone.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const ANSWERS = {
  present: { code: 0, text: 'the model store has what was published' },
  absent: { code: 3, text: 'the model store does not have what was published' },
  never: { code: 3, text: 'nothing was published yet' },
  unknown: { code: 4, text: 'the model store does not answer' },
}

const { storeUrl } = JSON.parse(readFileSync('settings.json', 'utf8'))
const record = join(process.env.PAICTL_DATA_DIR ?? '.', 'published.json')
const published = existsSync(record) ? JSON.parse(readFileSync(record, 'utf8')) : null
const found = published ? await ask(published) : 'never'

if (process.argv[2] === 'describe') {
  process.stdout.write(`${JSON.stringify({ published, store: storeUrl, found }, null, 2)}\n`)
} else {
  process.stdout.write(`${ANSWERS[found].text}\n`)
  process.exitCode = ANSWERS[found].code
}

/** @param {{name: string, version: number, sha256: string}} model */
async function ask({ name, version, sha256 }) {
  try {
    const response = await fetch(`${storeUrl}/v1/models/${name}/versions/${version}`, {
      method: 'HEAD',
      signal: AbortSignal.timeout(3000),
    })
    // A store that was emptied and filled again may have another model under the same number.
    if (response.ok) {
      return response.headers.get('x-content-sha256') === sha256 ? 'present' : 'absent'
    }
    return response.status === 404 ? 'absent' : 'unknown'
  } catch {
    return 'unknown'
  }
}
