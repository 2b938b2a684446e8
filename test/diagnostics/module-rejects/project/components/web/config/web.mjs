export async function derive(config) {
  const { hosts } = await Promise.resolve(config.remote)
  return { ...config, hosts }
}
