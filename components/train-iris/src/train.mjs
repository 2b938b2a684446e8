import { Matrix } from 'ml-matrix'
import { FEATURES } from './data.mjs'
import { stratifiedSplit } from './split.mjs'

/**
 * A model as it is published. `weights` has a row per feature, a column per class, and is for standardised measures.
 * @typedef {object} Model
 * @property {'softmax-regression'} kind
 * @property {string[]} features
 * @property {string[]} classes
 * @property {number[]} means
 * @property {number[]} stds
 * @property {number[][]} weights
 * @property {number[]} intercepts
 * @property {{accuracy: number, heldOut: number, trainedOn: number}} metrics
 * @property {Hyperparameters} training
 *
 * @typedef {object} Hyperparameters
 * @property {number} seed
 * @property {number} heldOutFraction
 * @property {number} iterations
 * @property {number} learningRate
 * @property {number} l2 weight of the penalty on large weights
 */

/**
 * Multinomial logistic regression by gradient descent. The same rows and hyperparameters give the same model.
 * @param {readonly import('./data.mjs').Flower[]} flowers
 * @param {Hyperparameters} hyperparameters
 * @returns {Model}
 */
export function trainModel(flowers, { seed, heldOutFraction, iterations, learningRate, l2 }) {
  const { training, heldOut } = stratifiedSplit(flowers, {
    classOf: ({ species }) => species,
    fraction: heldOutFraction,
    seed,
  })
  const classes = [...new Set(flowers.map(({ species }) => species))].sort()
  const measures = measuresOf(training)
  const scale = { means: measures.mean('column'), stds: measures.standardDeviation('column') }
  const targets = oneHot(training, classes)
  const fitted = descend(standardised(measures, scale), targets, { iterations, learningRate, l2 })
  return {
    kind: 'softmax-regression',
    features: FEATURES,
    classes,
    ...scale,
    weights: fitted.weights.to2DArray(),
    intercepts: fitted.intercepts.to1DArray(),
    metrics: {
      accuracy: accuracyOf(probabilities(standardised(measuresOf(heldOut), scale), fitted), heldOut, classes),
      heldOut: heldOut.length,
      trainedOn: training.length,
    },
    training: { seed, heldOutFraction, iterations, learningRate, l2 },
  }
}

/**
 * The loss is convex, so zeros are as good a start as any and need no seed.
 * @param {Matrix} inputs
 * @param {Matrix} targets
 * @param {{iterations: number, learningRate: number, l2: number}} options
 */
function descend(inputs, targets, { iterations, learningRate, l2 }) {
  const weights = Matrix.zeros(inputs.columns, targets.columns)
  const intercepts = Matrix.zeros(1, targets.columns)
  const transposed = inputs.transpose()
  for (let step = 0; step < iterations; step += 1) {
    const errors = probabilities(inputs, { weights, intercepts }).sub(targets).div(inputs.rows)
    weights.sub(transposed.mmul(errors).add(Matrix.mul(weights, l2)).mul(learningRate))
    intercepts.sub(Matrix.rowVector(errors.sum('column')).mul(learningRate))
  }
  return { weights, intercepts }
}

/**
 * Softmax of the scores; a row per flower, a column per class.
 * @param {Matrix} inputs
 * @param {{weights: Matrix, intercepts: Matrix}} fitted
 */
function probabilities(inputs, { weights, intercepts }) {
  const scores = inputs.mmul(weights).addRowVector(intercepts)
  // Less the largest, or exp could overflow; the quotient is the same.
  const powers = scores.subColumnVector(scores.to2DArray().map((row) => Math.max(...row))).exp()
  return powers.divColumnVector(powers.sum('row'))
}

/** @param {readonly import('./data.mjs').Flower[]} flowers */
function measuresOf(flowers) {
  return new Matrix(flowers.map(({ measures }) => measures))
}

/**
 * @param {Matrix} measures
 * @param {{means: number[], stds: number[]}} scale
 */
function standardised(measures, { means, stds }) {
  return measures.clone().subRowVector(means).divRowVector(stds)
}

/**
 * @param {readonly import('./data.mjs').Flower[]} flowers
 * @param {readonly string[]} classes
 */
function oneHot(flowers, classes) {
  return new Matrix(flowers.map(({ species }) => classes.map((name) => Number(name === species))))
}

/**
 * @param {Matrix} predicted
 * @param {readonly import('./data.mjs').Flower[]} flowers
 * @param {readonly string[]} classes
 */
function accuracyOf(predicted, flowers, classes) {
  const correct = flowers.filter(({ species }, row) => classes[predicted.maxRowIndex(row)[1]] === species)
  return correct.length / flowers.length
}
