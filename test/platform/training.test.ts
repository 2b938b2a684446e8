import { expect, test } from 'vitest'
import { load } from './support/load.ts'

const { readIris } = await load('components/train-iris/src/data.mjs')
const { stratifiedSplit } = await load('components/train-iris/src/split.mjs')
const { trainModel } = await load('components/train-iris/src/train.mjs')
const { readModel } = await load('components/model-server/src/model.mjs')

interface Flower {
  readonly measures: number[]
  readonly species: string
}

const flowers: Flower[] = await readIris()
const classOf = ({ species }: Flower): string => species
const HYPERPARAMETERS = { seed: 7, heldOutFraction: 0.2, iterations: 500, learningRate: 0.5, l2: 0.001 }

test('holds out the same share of every species, and nothing twice', () => {
  const { training, heldOut } = stratifiedSplit(flowers, { classOf, fraction: 0.2, seed: 1 })
  expect(heldOut.map(classOf).sort()).toEqual(
    ['setosa', 'versicolor', 'virginica'].flatMap((species) => Array(10).fill(species)),
  )
  expect(new Set([...training, ...heldOut]).size).toBe(150)
})

test('another seed holds out other flowers', () => {
  const heldOut = (seed: number) => stratifiedSplit(flowers, { classOf, fraction: 0.2, seed }).heldOut
  expect(heldOut(1)).toEqual(heldOut(1))
  expect(heldOut(1)).not.toEqual(heldOut(2))
})

test('the same seed gives the same model, byte for byte', () => {
  const once = JSON.stringify(trainModel(flowers, HYPERPARAMETERS))
  expect(JSON.stringify(trainModel(flowers, HYPERPARAMETERS))).toBe(once)
})

test('tells 29 of the 30 flowers that it never saw', () => {
  expect(trainModel(flowers, HYPERPARAMETERS).metrics).toEqual({ accuracy: 29 / 30, heldOut: 30, trainedOn: 120 })
})

test('the model server reads the published file to the same accuracy', () => {
  const { classes, predict } = readModel(Buffer.from(JSON.stringify(trainModel(flowers, HYPERPARAMETERS))))
  const { heldOut } = stratifiedSplit(flowers, { classOf, fraction: 0.2, seed: 7 })
  const correct = heldOut.filter(({ measures, species }: Flower) => {
    const probabilities: number[] = predict(measures)
    return classes[probabilities.indexOf(Math.max(...probabilities))] === species
  })
  expect(correct).toHaveLength(29)
})
