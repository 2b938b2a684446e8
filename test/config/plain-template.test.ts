import fc from 'fast-check'
import handlebars from 'handlebars'
import { describe, expect, test } from 'vitest'
import { readPlainTemplate } from '../../src/config/template/plain-template.ts'

const SCRIPT = `#!/bin/sh
# {{! who }}{{service.name}}
UPSTREAM={{sh cluster_cfg.[model-store].port}}
{{#each config.environment}}
export {{@key}}={{sh this}} {{../config.port}}
{{/each}}
{{#if (or (eq config.mode "x y") config.debug)}}set -x
{{else}}
exec {{join list ', '}} {{indent config.text 4}}
{{/if}}
{{#with this}}{{else}}{{/with}}\${HOME} { {{default config.a.b true}} }
`

/** What a slip of the hand puts into a template, and what means something to Handlebars. */
const PIECES = [
  ...['{', '}', '{{', '}}', '{{{', '}}}', '{{~', '~}}', '\\{{', '{{#if x}}', '{{/if}}', '{{else}}', '{{else if y}}'],
  ...[
    '{{^}}',
    '{{>p}}',
    '{{!-- c --}}',
    '{{!c}}',
    '{{#each a as |b|}}',
    '{{/each}}',
    ' ',
    '\n',
    '\r\n',
    '\t',
    '.',
    '..',
  ],
  ...['../', './', '/', '@', '[', ']', '(', ')', '"', "'", '=', '|', 'this', 'else', 'true', 'null', 'as', '-1', '1.5'],
  ...[
    '&',
    '*',
    '#',
    '^',
    '!',
    '-',
    '\\',
    '\u0000',
    '\u00e9',
    '{{a.this}}',
    '{{ a }}',
    '{{(a b)}}',
    '{{a.[b]}}',
    '{{a-b}}',
  ],
]

const slip = fc.record({ at: fc.nat(500), cut: fc.constantFrom(0, 0, 1, 2, 6), piece: fc.constantFrom('', ...PIECES) })

/** As plain data, so that what is absent and what is undefined are the same. */
const plainData = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

function parsed(text: string): unknown {
  try {
    return plainData(handlebars.parse(text))
  } catch (error) {
    return error
  }
}

describe('a plain template', () => {
  test('is read as Handlebars reads it', () => {
    const program = readPlainTemplate(SCRIPT)
    expect(program).toBeDefined()
    expect(plainData(handlebars.parse(program as unknown as string))).toEqual(parsed(SCRIPT))
  })

  test.each([
    '{{~a}}',
    '{{{a}}}',
    '\\{{a}}',
    '{{>p}}',
    '{{#if a}}',
    '{{else}}',
    '{{a b=c}}',
    '{{#a as |b|}}{{/a}}',
    '{{a',
  ])('%s is left to Handlebars', (text) => {
    expect(readPlainTemplate(text)).toBeUndefined()
  })

  test('with any slip of the hand: as Handlebars, or left to it', { timeout: 60_000 }, () => {
    const runs = Number(process.env.PLAIN_TEMPLATE_RUNS ?? 3000)
    let plain = 0
    fc.assert(
      fc.property(fc.array(slip, { minLength: 1, maxLength: 4 }), (slips) => {
        const text = slips.reduce((now, { at, cut, piece }) => {
          const place = at % (now.length + 1)
          return now.slice(0, place) + piece + now.slice(place + cut)
        }, SCRIPT)
        const program = readPlainTemplate(text)
        if (program === undefined) return
        plain += 1
        expect(plainData(handlebars.parse(program as unknown as string))).toEqual(parsed(text))
      }),
      { numRuns: runs },
    )
    // It would hold for a reader that leaves all to Handlebars, too.
    expect(plain).toBeGreaterThan(runs / 10)
  })
})
