export function derive(config) {
  return { url: config.hosts[0].url }
}
