import { expect, test } from 'vitest'
import { load } from './support/load.ts'

const { readIris } = await load('components/train-iris/src/data.mjs')
const flowers: { measures: number[]; species: string }[] = await readIris()

test('has 150 flowers, 50 of each species', () => {
  const counts: Record<string, number> = {}
  for (const { species } of flowers) counts[species] = (counts[species] ?? 0) + 1
  expect(counts).toEqual({ setosa: 50, versicolor: 50, virginica: 50 })
})

test('has the means and standard deviations that R prints for its iris', () => {
  const columns = [0, 1, 2, 3].map((column) => flowers.map(({ measures }) => measures[column] ?? Number.NaN))
  const means = columns.map((values) => values.reduce((sum, value) => sum + value, 0) / values.length)
  const deviations = columns.map((values, column) => {
    const squares = values.map((value) => (value - (means[column] ?? 0)) ** 2)
    return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / (values.length - 1))
  })
  expect(means.map((mean) => mean.toFixed(4))).toEqual(['5.8433', '3.0573', '3.7580', '1.1993'])
  expect(deviations.map((deviation) => deviation.toFixed(4))).toEqual(['0.8281', '0.4359', '1.7653', '0.7622'])
})

test('is without the two errors of the UCI copy', () => {
  expect(flowers[34]?.measures).toEqual([4.9, 3.1, 1.5, 0.2])
  expect(flowers[37]?.measures).toEqual([4.9, 3.6, 1.4, 0.1])
})
