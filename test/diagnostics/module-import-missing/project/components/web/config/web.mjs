import { machines } from './machines.mjs'

export const derive = (config) => ({ ...config, workers: machines })
