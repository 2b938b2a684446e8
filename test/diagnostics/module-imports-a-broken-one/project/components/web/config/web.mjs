import { machines } from '../lib/machines.mjs'

export const derive = (config) => ({ ...config, workers: machines })
