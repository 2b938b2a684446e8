import { httpProblem } from '../../cluster-configuration/lib/json-errors.mjs'

const SIGNATURE = 'serving_default'

/**
 * The instances of a `:predict` request in TensorFlow Serving's row form, or a 400 that says what is wrong with it.
 * @param {string} text
 * @param {string[]} features what the model takes, in order
 * @returns {number[][]}
 */
export function readInstances(text, features) {
  const body = parse(text)
  if (body === null || typeof body !== 'object' || Array.isArray(body)) {
    throw wrong('the body must be a JSON object: {"instances": [[…], …]}')
  }
  if (body.signature_name !== undefined && body.signature_name !== SIGNATURE) {
    throw wrong(`signature_name: this model has one signature, ${SIGNATURE}`)
  }
  const { instances } = body
  if (!Array.isArray(instances) || instances.length === 0) {
    throw wrong('instances must be a list of one or more instances: {"instances": [[…], …]}')
  }
  instances.forEach((instance, index) => {
    checkInstance(instance, index, features)
  })
  return instances
}

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw wrong(`the body is not JSON: ${error.message}`)
  }
}

/**
 * @param {unknown} instance
 * @param {number} index
 * @param {string[]} features
 */
function checkInstance(instance, index, features) {
  const expected = `${features.length} numbers (${features.join(', ')})`
  if (!Array.isArray(instance)) {
    throw wrong(`instances[${index}] must be a list of ${expected}`)
  }
  if (instance.length !== features.length) {
    throw wrong(`instances[${index}] has length ${instance.length}; the model takes ${expected}`)
  }
  const bad = instance.findIndex((value) => !Number.isFinite(value))
  if (bad >= 0) {
    throw wrong(`instances[${index}][${bad}] (${features[bad]}) is no number: ${JSON.stringify(instance[bad])}`)
  }
}

/** @param {string} message */
function wrong(message) {
  return httpProblem(400, message)
}
