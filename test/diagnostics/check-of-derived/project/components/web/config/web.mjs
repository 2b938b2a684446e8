export const derive = (config) => ({ ...config, workers: 64 })

export const check = ({ web }) =>
  web.workers > 32 ? { path: 'web.workers', message: 'is more than this machine has' } : undefined
