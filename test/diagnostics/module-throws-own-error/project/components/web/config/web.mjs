const pick = (config) => {
  if (config.mode === 'development') throw new Error('no development on a Friday')
  return config
}

export const derive = (config) => ({ ...pick(config) })
