import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What takes minutes, the longest first: begun last, it would run alone at the end. */
const LONG = [
  'crash',
  'model',
  'diagnostics',
  'two-at-once',
  'component-test',
  'platform',
  'followers-random',
  'kubernetes',
  'deployment-races',
  'followers',
  'followers-crash',
]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const index = LONG.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`))
      return index === -1 ? LONG.length : index
    }
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b))
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Most of them wait for processes of their own: two cores are busy with three.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
  },
})
