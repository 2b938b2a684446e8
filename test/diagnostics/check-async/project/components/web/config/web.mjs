export async function check() {
  await undefined
  return { path: 'web.port', message: 'nobody answers there' }
}
