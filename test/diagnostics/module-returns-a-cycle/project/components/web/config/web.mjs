export function derive(config) {
  config.self = config
}
