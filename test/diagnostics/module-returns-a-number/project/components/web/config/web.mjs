export const derive = (config) => config.port + 1
