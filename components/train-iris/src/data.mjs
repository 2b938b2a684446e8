import { readFile } from 'node:fs/promises'

/**
 * A flower: its four measures in centimetres, and its species.
 * @typedef {{measures: number[], species: string}} Flower
 */

export const FEATURES = ['sepal_length', 'sepal_width', 'petal_length', 'petal_width']

/**
 * Fisher's iris data (1936), as R ships them: without the two errors of the UCI copy, in rows 35 and 38.
 * @returns {Promise<Flower[]>}
 */
export async function readIris() {
  const [header, ...lines] = (await readFile(new URL('../data/iris.csv', import.meta.url), 'utf8')).trim().split('\n')
  if (header !== [...FEATURES, 'species'].join(',')) {
    throw new Error(`data/iris.csv has other columns than expected: ${header}`)
  }
  return lines.map((line, index) => {
    const fields = line.split(',')
    const measures = fields.slice(0, FEATURES.length).map(Number)
    const species = fields[FEATURES.length]
    if (fields.length !== FEATURES.length + 1 || !measures.every(Number.isFinite) || !species) {
      throw new Error(`data/iris.csv, line ${index + 2}: not four numbers and a species: ${line}`)
    }
    return { measures, species }
  })
}
