const derive = () => 7
const check = () => undefined

export { check, derive }
