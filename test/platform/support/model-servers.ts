import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { listening, temporaryDirectory } from './clean-up.ts'
import { load } from './load.ts'

const { createStore } = await load('components/model-store/src/app.mjs')
const { storeClient } = await load('components/model-store/src/client.mjs')
const { createModelServer } = await load('components/model-server/src/app.mjs')
const { readIris } = await load('components/train-iris/src/data.mjs')
const { trainModel } = await load('components/train-iris/src/train.mjs')

/** A model store with nothing in it, and a function that publishes the next version to it. */
export async function startStore() {
  const directory = await temporaryDirectory()
  const tokenFile = join(directory, 'token')
  await writeFile(tokenFile, 'token')
  const { app } = await createStore({ directory, tokenFile, maxModelBytes: 1_000_000 })
  const storeUrl = await listening(app)
  const publish = (text: string): Promise<unknown> =>
    storeClient(storeUrl).publishNext('iris', Buffer.from(text), 'token')
  return { storeUrl, publish }
}

/** A classifier as train-iris publishes it; with more iterations it is another one. */
export async function trained(iterations = 200): Promise<string> {
  const hyperparameters = { seed: 7, heldOutFraction: 0.2, iterations, learningRate: 0.5, l2: 0.001 }
  return JSON.stringify(trainModel(await readIris(), hyperparameters))
}

/** A model server in front of a store that has one version of iris. */
export async function startModelServer() {
  const store = await startStore()
  await store.publish(await trained())
  const settings = { storeUrl: store.storeUrl, name: 'iris', model: 'iris', version: 'latest' as number | 'latest' }
  const { app, reload } = await createModelServer(settings)
  return { ...store, settings, reload, url: await listening(app) }
}
