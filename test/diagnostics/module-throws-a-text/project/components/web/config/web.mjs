export function derive() {
  throw 'no configuration today'
}
