export function derive(config) {
  config.onStart = () => {}
}
