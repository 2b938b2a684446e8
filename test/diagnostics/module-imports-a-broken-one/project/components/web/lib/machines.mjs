import { cpu } from './cpu.mjs'

export const machines = cpu
