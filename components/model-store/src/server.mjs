import { serve } from '../../cluster-configuration/lib/serve.mjs'
import { createStore } from './app.mjs'

await serve(createStore)
