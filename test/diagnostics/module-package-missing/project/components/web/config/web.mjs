import { max } from 'left-pad-of-old'

export const derive = (config) => ({ ...config, workers: max })
