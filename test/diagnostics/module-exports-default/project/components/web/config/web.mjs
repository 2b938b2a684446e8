export default function derive(config) {
  return config
}
