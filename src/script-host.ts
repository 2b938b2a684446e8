import { serveAsHost } from './io/spawn-host.ts'

serveAsHost(process)
