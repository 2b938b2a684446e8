const port = JSON.parse('{port: 1}')

export const derive = (config) => ({ ...config, ...port })
