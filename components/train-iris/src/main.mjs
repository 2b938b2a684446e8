import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { storeClient } from '../../model-store/src/client.mjs'
import { readIris } from './data.mjs'
import { trainModel } from './train.mjs'

/** Trains, tells how good the model is, and publishes it as the next version: `node main.mjs SETTINGS DATA_DIR`. */
async function main() {
  const [settingsFile, dataDirectory] = process.argv.slice(2)
  const settings = JSON.parse(await readFile(settingsFile, 'utf8'))
  const rows = await readIris()
  const model = trainModel(rows, settings)
  const { accuracy, heldOut, trainedOn } = model.metrics
  const correct = Math.round(accuracy * heldOut)
  say(`trained on ${trainedOn} flowers, ${settings.iterations} steps, seed ${settings.seed}`)
  say(`accuracy on the ${heldOut} held out: ${(accuracy * 100).toFixed(1)} % (${correct} of ${heldOut})`)
  if (accuracy < settings.minimumAccuracy) {
    throw new Error(`that is below minimum-accuracy (${settings.minimumAccuracy * 100} %), so it is not published`)
  }
  const published = await publish(model, settings)
  await remember(published, dataDirectory)
  say(`published as version ${published.version} of ${published.name} to ${settings.storeUrl}`)
}

/**
 * @param {import('./train.mjs').Model} model
 * @param {{storeUrl: string, tokenFile: string, model: string}} settings
 */
async function publish(model, { storeUrl, tokenFile, model: name }) {
  const token = (await readFile(tokenFile, 'utf8')).trim()
  const bytes = Buffer.from(`${JSON.stringify(model, null, 2)}\n`)
  const { version, sha256 } = await storeClient(storeUrl).publishNext(name, bytes, token)
  return { name, version, sha256, accuracy: model.metrics.accuracy }
}

/**
 * What the status script later asks the store for.
 * @param {object} published
 * @param {string} directory
 */
async function remember(published, directory) {
  const file = join(directory, 'published.json')
  await writeFile(`${file}.new`, `${JSON.stringify(published, null, 2)}\n`)
  await rename(`${file}.new`, file)
}

/** @param {string} line */
function say(line) {
  process.stdout.write(`${line}\n`)
}

try {
  await main()
} catch (error) {
  process.stderr.write(`train-iris: ${error.message}\n`)
  process.exitCode = 1
}
