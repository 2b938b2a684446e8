/**
 * An answer other than success, thrown by a route.
 * @param {number} statusCode
 * @param {string} message
 * @returns {Error & {statusCode: number}}
 */
export function httpProblem(statusCode, message) {
  return Object.assign(new Error(message), { statusCode })
}

/**
 * Every failure of this server is answered as `{"error": "…"}`, the form of TensorFlow Serving.
 * @param {import('fastify').FastifyInstance} app
 */
export function answerErrorsAsJson(app) {
  app.setErrorHandler((error, request, reply) => {
    const statusCode = error.statusCode && error.statusCode >= 400 ? error.statusCode : 500
    if (statusCode >= 500) {
      request.log.error(error)
    }
    // What went wrong inside is for the log; a message that a route chose is for the caller.
    return reply.code(statusCode).send({ error: statusCode === 500 ? 'internal error' : error.message })
  })
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send({ error: `nothing is served at ${request.method} ${request.url}` }),
  )
}
