// Bundles the command and the public API into dist/. Splitting keeps yargs, execa, ajv and handlebars in chunks of
// their own, so that a command loads only what it needs.
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

// Built aside and put in place in one step: a command that starts meanwhile finds all of the old build, or of the new.
const [target, made, old] = ['dist', `.dist-${process.pid}`, `.dist-${process.pid}-old`].map((name) => join(root, name))
mkdirSync(made)
await build({
  absWorkingDir: root,
  entryPoints: ['src/main.ts', 'src/api.ts', 'src/script-host.ts'],
  outdir: made,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // Less to read at each start. Names stay: they are what PAICTL_DEBUG prints.
  minifySyntax: true,
  minifyWhitespace: true,
  define: { PAICTL_VERSION: JSON.stringify(version) },
  // Bundled CommonJS packages call require(); ES modules have none of their own.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  legalComments: 'linked',
  logLevel: 'warning',
})
chmodSync(join(made, 'main.js'), 0o755)
if (existsSync(target)) renameSync(target, old)
renameSync(made, target)
rmSync(old, { recursive: true, force: true })
