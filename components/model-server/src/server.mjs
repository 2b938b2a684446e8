import { serve } from '../../cluster-configuration/lib/serve.mjs'
import { createModelServer } from './app.mjs'

await serve(createModelServer)
