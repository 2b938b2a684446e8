export function derive(config) {
  return { ...config, workers: 4
}
