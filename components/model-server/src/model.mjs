/**
 * A model that can be asked.
 * @typedef {{features: string[], classes: string[], predict: (instance: number[]) => number[]}} Classifier
 */

/**
 * Reads a published model file. What is not one is refused here, not in the middle of a request.
 * @param {Buffer} bytes
 * @returns {Classifier}
 */
export function readModel(bytes) {
  const model = parse(bytes)
  const { features, classes, means, stds, weights, intercepts } = model
  const shapes =
    model.kind === 'softmax-regression' &&
    isList(features, features?.length, (name) => typeof name === 'string') &&
    isList(classes, classes?.length, (name) => typeof name === 'string') &&
    isVector(means, features.length) &&
    isVector(stds, features.length) &&
    isVector(intercepts, classes.length) &&
    isList(weights, features.length, (row) => isVector(row, classes.length))
  if (!shapes) {
    throw new Error('the model file is no softmax regression that this server knows')
  }
  return {
    features,
    classes,
    predict: (instance) => {
      const scaled = instance.map((value, feature) => (value - means[feature]) / stds[feature])
      return softmax(
        intercepts.map((intercept, label) =>
          scaled.reduce((score, value, feature) => score + value * weights[feature][label], intercept),
        ),
      )
    },
  }
}

/** @param {Buffer} bytes */
function parse(bytes) {
  try {
    return Object(JSON.parse(bytes.toString('utf8')))
  } catch {
    throw new Error('the model file is not JSON')
  }
}

/**
 * @param {number[]} scores
 * @returns {number[]}
 */
function softmax(scores) {
  // Less the largest, or exp could overflow; the quotient is the same.
  const largest = Math.max(...scores)
  const powers = scores.map((score) => Math.exp(score - largest))
  const sum = powers.reduce((total, power) => total + power, 0)
  return powers.map((power) => power / sum)
}

/** @param {unknown} value @param {number} length */
function isVector(value, length) {
  return isList(value, length, Number.isFinite)
}

/** @param {unknown} value @param {number} length @param {(item: any) => boolean} isItem */
function isList(value, length, isItem) {
  return Array.isArray(value) && value.length > 0 && value.length === length && value.every((item) => isItem(item))
}
