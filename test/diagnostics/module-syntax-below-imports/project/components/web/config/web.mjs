import {
  cpus,
} from 'node:os'
import { join } from 'node:path'

export default await cpus()
export function derive(config) {
  return { ...config, workers: join('a' 'b') }
}
