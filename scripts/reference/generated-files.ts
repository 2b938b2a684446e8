import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { diagnosticsPage } from './diagnostics-page.ts'
import { printJson } from './printed-json.ts'
import { SCHEMAS } from './schemas.ts'
import { serviceYamlPage } from './service-yaml-page.ts'

/** What "npm run generate" writes: the text of each file, by its path from the root of this repository. */
export function generatedFiles(root: string): ReadonlyMap<string, string> {
  const prose = 'scripts/reference/service-yaml.md'
  const schemas = Object.entries(SCHEMAS).map(([name, schema]) => [`schemas/${name}`, printJson(schema)] as const)
  return new Map([
    ...schemas,
    [
      'docs/service-yaml.md',
      serviceYamlPage(
        comment(`src/config/shape/service-keys.ts and ${prose}`),
        readFileSync(join(root, prose), 'utf8'),
      ),
    ],
    ['docs/diagnostics.md', diagnosticsPage(comment('src/ui/explanations/'))],
  ])
}

const comment = (source: string): string => `<!-- Made by "npm run generate" from ${source}. -->`
