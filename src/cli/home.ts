import { homedir } from 'node:os'
import type { World } from './world.ts'

/** The home directory, for `~/` in settings. */
export const homeOf = (world: World): string => world.env.HOME ?? homedir()
