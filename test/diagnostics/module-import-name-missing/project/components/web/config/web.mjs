import { machine } from './machines.mjs'

export const derive = (config) => ({ ...config, workers: machine })
