export function derive() {
  throw {
    toString() {
      throw null
    },
  }
}
