import { serveAsHost } from './io/scripts/spawn-host.ts'

serveAsHost(process)
