export const derive = { workers: 4 }
