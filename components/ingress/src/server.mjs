import { join } from 'node:path'
import { serve } from '../../cluster-configuration/lib/serve.mjs'
import { createIngress } from './app.mjs'

// Beside the settings, where start.sh and refresh.sh put it.
await serve(() => createIngress(join(process.env.PAICTL_RUN_DIR, 'routes.json')))
