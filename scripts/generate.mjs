// Writes what is made from the tables that paictl itself works with: the schemas for editors and the reference pages.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
// Inside of the repository, so that the packages it imports are found.
const made = join(root, `.dist-generate-${process.pid}`)
try {
  await build({
    absWorkingDir: root,
    entryPoints: ['scripts/reference/generated-files.ts'],
    outdir: made,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    logLevel: 'warning',
  })
  const { generatedFiles } = await import(pathToFileURL(join(made, 'generated-files.mjs')).href)
  for (const [path, text] of generatedFiles(root)) writeFileSync(join(root, path), text)
} finally {
  rmSync(made, { recursive: true, force: true })
}
