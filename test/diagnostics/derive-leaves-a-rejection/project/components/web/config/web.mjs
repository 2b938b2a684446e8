export async function derive(config) {
  reach(config)
  await new Promise((done) => setTimeout(done, 10))
}

async function reach({ port }) {
  throw new Error(`nothing answers on port ${port}`)
}
