export function derive(config, { layout }) {
  const machines = layout['machine-list']
  return { ...config, workers: machines.length }
}
