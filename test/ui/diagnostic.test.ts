import { describe, expect, test } from 'vitest'
import { type Diagnostic, diagnostic } from '../../src/model/diagnostic.ts'
import type { Span } from '../../src/model/span.ts'
import { renderDiagnostic, renderDiagnostics } from '../../src/ui/diagnostic.ts'
import { diagnosticJson } from '../../src/ui/diagnostic-json.ts'
import { createStyle, PLAIN_STYLE } from '../../src/ui/style.ts'

const FILE = '/p/components/web/deploy/service.yaml'

function at(line: number, column: number, endColumn: number, file = FILE): Span {
  return { file, start: { line, column }, end: { line, column: endColumn } }
}

function render(problem: Diagnostic, text: string | undefined, columns = 80): string {
  return renderDiagnostic(problem, { source: () => text, display, style: PLAIN_STYLE, columns })
}

const display = (file: string): string => file.replace('/p/', '')

const unknownKey = (span: Span, key = 'prerequisites'): Diagnostic =>
  diagnostic('unknown-key', { key, where: 'a service description', nearest: 'prerequisite', known: [] }, { span })

const lines = (...all: string[]): string => all.join('\n')

describe('the place', () => {
  test('is shown with its line, a caret under each character, and what to do', () => {
    expect(render(unknownKey(at(3, 1, 14)), 'kind: job\n\nprerequisites:\n  - a\n')).toBe(
      lines(
        'error[PAI-unknown-key]: unknown key "prerequisites" in a service description',
        '  --> components/web/deploy/service.yaml:3:1',
        '   |',
        ' 3 | prerequisites:',
        '   | ^^^^^^^^^^^^^',
        '   = help: did you mean "prerequisite"?',
      ),
    )
  })

  test('keeps its shape with line numbers of several digits', () => {
    const text = `${'\n'.repeat(1233)}  x: 1`
    expect(render(unknownKey(at(1234, 3, 4), 'x'), text)).toBe(
      lines(
        'error[PAI-unknown-key]: unknown key "x" in a service description',
        '     --> components/web/deploy/service.yaml:1234:3',
        '      |',
        ' 1234 |   x: 1',
        '      |   ^',
        '      = help: did you mean "prerequisite"?',
      ),
    )
  })

  test.each([
    ['tabs become spaces', '\tx:\t"y"', at(1, 5, 8), ['    x:    "y"', '          ^^^']],
    ['wide characters take two cells', '日本: wert', at(1, 5, 9), ['日本: wert', '      ^^^^']],
    ['wide characters are marked over two cells', 'a: 日本', at(1, 4, 6), ['a: 日本', '   ^^^^']],
    ['an accent of its own takes no cell', 'e\u0301: x', at(1, 5, 6), ['e\u0301: x', '   ^']],
    ['an emoji of several code points is one character', '👩‍🚀: x', at(1, 8, 9), ['👩‍🚀: x', '    ^']],
    ['an escape is shown, not sent', '\u001b[2J: x', at(1, 7, 8), ['\\x1b[2J: x', '         ^']],
    ['a change of direction is shown', 'a\u202eb: x', at(1, 6, 7), ['a\\u{202e}b: x', '            ^']],
    ['a carriage return at the end is no character', 'ab\r', at(1, 1, 3), ['ab', '^^']],
    ['nothing but the end of the line', 'ab', at(1, 3, 3), ['ab', '  ^']],
    ['behind the end of the line', 'ab', at(1, 9, 12), ['ab', '  ^']],
    ['of no extent within the line', 'ab: c', at(1, 5, 5), ['ab: c', '    ^']],
  ])('%s', (_, text, span, [shown, marks]) => {
    const [, , , source, carets] = render(unknownKey(span), text).split('\n')
    expect([source, carets]).toEqual([` 1 | ${shown}`, `   | ${marks}`])
  })

  test('over several lines is marked to the end of its first', () => {
    const span: Span = { file: FILE, start: { line: 1, column: 4 }, end: { line: 3, column: 2 } }
    expect(render(unknownKey(span), 'a: {b: 1,  \n  c: 2\n}').split('\n').slice(3, 5)).toEqual([
      ' 1 | a: {b: 1,',
      '   |    ^^^^^^',
    ])
  })

  test('of a whole file is named without a line', () => {
    const problem = diagnostic(
      'unlisted-template',
      { template: 'a.template' },
      { span: at(1, 1, 1), severity: 'warning' },
    )
    expect(render(problem, 'text')).toBe(
      lines(
        'warning[PAI-unlisted-template]: template "a.template" is not in the template-list and will not be rendered',
        '  --> components/web/deploy/service.yaml',
        '   = help: add it to the list, or leave out template-list to render every *.template',
      ),
    )
  })

  test('is named alone where the file cannot be shown, or has fewer lines', () => {
    const expected = lines(
      'error[PAI-unknown-key]: unknown key "prerequisites" in a service description',
      '  --> components/web/deploy/service.yaml:3:1',
      '   = help: did you mean "prerequisite"?',
    )
    expect(render(unknownKey(at(3, 1, 14)), undefined)).toBe(expected)
    expect(render(unknownKey(at(3, 1, 14)), 'one\ntwo')).toBe(expected)
  })

  test('is not shifted by a byte order mark', () => {
    expect(
      render(unknownKey(at(1, 1, 3)), '\ufeffab: 1')
        .split('\n')
        .slice(3, 5),
    ).toEqual([' 1 | ab: 1', '   | ^^'])
  })
})

describe('a long line', () => {
  const long = `${'x'.repeat(300)} port: bad ${'y'.repeat(300)}`

  test.each([40, 80, 160])('is cut to %i columns around the marked part', (columns) => {
    const [, , , source = '', carets = ''] = render(unknownKey(at(1, 308, 311)), long, columns).split('\n')
    expect(source).toBe(` 1 | ...xxxxxxxxx port: bad ${'y'.repeat(columns - 5 - 23 - 3)}...`)
    expect(source).toHaveLength(columns)
    expect(source.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('bad')
  })

  test('is cut behind the marked part only, where that is near its start', () => {
    const [, , , source, carets] = render(unknownKey(at(1, 1, 3)), `ab: ${'日'.repeat(100)}`, 40).split('\n')
    expect(source).toBe(` 1 | ab: ${'日'.repeat(14)}...`)
    expect(carets).toBe('   | ^^')
  })

  test('is cut through the marked part, where that is too long itself', () => {
    const [, , , source, carets] = render(unknownKey(at(1, 1, 500)), 'z'.repeat(500), 40).split('\n')
    expect(source).toBe(` 1 | ${'z'.repeat(32)}...`)
    expect(carets).toBe(`   | ${'^'.repeat(35)}`)
  })

  test('of a megabyte is cut even where nothing limits the width, and at once', () => {
    const text = `${'x'.repeat(1_000_000)}!${'y'.repeat(1_000_000)}`
    const shown = render(unknownKey(at(1, 1_000_001, 1_000_002)), text, Number.POSITIVE_INFINITY)
    expect(shown.split('\n')[3]).toBe(` 1 | ...${'x'.repeat(16)}!${'y'.repeat(200 - 5 - 3 - 17 - 3)}...`)
  })
})

describe('what else belongs to it', () => {
  const cycle = diagnostic(
    'cycle',
    {
      edges: [
        { service: 'a', needs: 'b' },
        { service: 'b', needs: 'a' },
      ],
    },
    { span: at(2, 5, 6, '/p/a.yaml'), related: [{ span: at(12, 5, 6, '/p/b.yaml'), note: 'b needs a' }] },
  )

  test('is cut where there is much of it, and the rest counted', () => {
    const edges = Array.from({ length: 5000 }, (_, index) => ({
      service: `s${index}`,
      needs: `s${(index + 1) % 5000}`,
    }))
    const [first, ...related] = edges.map(({ service, needs }) => ({
      span: at(1, 1, 2, `/p/${service}`),
      note: `${service} needs ${needs}`,
    }))
    const view = { source: () => 'x', display, style: PLAIN_STYLE, columns: 80 }
    const shown = renderDiagnostic(diagnostic('cycle', { edges }, { span: first?.span, related }), view)
    expect(shown.match(/:::/g)).toHaveLength(30)
    expect(shown).toContain('   = note: 4969 more places are not shown; "--output json" lists all\n')
    const bare = renderDiagnostic(diagnostic('cycle', { edges }), view)
    expect(bare.match(/" needs "/g)).toHaveLength(30)
    expect(bare).toContain('note: 4970 more places are not shown')
  })

  test('stands below it, each place with its line', () => {
    const files: Record<string, string> = {
      '/p/a.yaml': 'prerequisite:\n  - b\n',
      '/p/b.yaml': `${'\n'.repeat(11)}  - a`,
    }
    const shown = renderDiagnostic(cycle, { source: (file) => files[file], display, style: PLAIN_STYLE, columns: 80 })
    expect(shown).toBe(
      lines(
        'error[PAI-cycle]: services need each other in a cycle: "a" -> "b" -> "a"',
        '   --> a.yaml:2:5 a needs b',
        '    |',
        '  2 |   - b',
        '    |     ^',
        '   ::: b.yaml:12:5 b needs a',
        '    |',
        ' 12 |   - a',
        '    |     -',
        '    = help: take one of these edges out',
      ),
    )
  })

  test('every edge of a cycle is shown, also where no file says so', () => {
    const { span, related, ...bare } = cycle
    expect(span && related).toBeDefined()
    expect(render(bare as Diagnostic, undefined)).toBe(
      lines(
        'error[PAI-cycle]: services need each other in a cycle: "a" -> "b" -> "a"',
        '   = note: "a" needs "b"',
        '   = note: "b" needs "a"',
        '   = help: take one of these edges out',
      ),
    )
  })
})

test('what a template rendered to is shown below the template, long lines too', () => {
  const text = `${'x'.repeat(500)}]${'y'.repeat(499)}`
  const data = {
    target: 'a.json',
    format: 'json',
    line: 12,
    column: 5010,
    text,
    textStart: 4510,
    message: 'm',
    isValue: true,
  } as const
  const problem = diagnostic('rendered-invalid', data, { span: at(3, 6, 11, '/p/a.json.template') })
  const range = { start: { line: 12, column: 5010 }, end: { line: 12, column: 5011 } }
  expect(diagnosticJson(problem).related).toEqual([{ file: null, range, note: 'in "a.json" as it was rendered' }])
  expect(render(problem, '\n\n[1, {{x}}\n', 60)).toBe(
    lines(
      'error[PAI-rendered-invalid]: "a.json" is not valid JSON once rendered: m',
      '   --> a.json.template:3:6',
      '    |',
      '  3 | [1, {{x}}',
      '    |      ^^^^',
      '   ::: a.json:12:5010 this is what it rendered to',
      '    |',
      ` 12 | ...${'x'.repeat(16)}]${'y'.repeat(31)}...`,
      '    |                    -',
      '    = help: write values with {{json …}}, outside of any quotes',
    ),
  )
})

test('words that came from elsewhere cannot act on the terminal, nor break the shape', () => {
  const problem = diagnostic('module-failed', { doing: 'derive', message: 'no\n  way \u001b[31mred\u0007' })
  expect(render(problem, undefined)).toBe('error[PAI-module-failed]: derive failed: no way \\x1b[31mred\\x07')
})

test('colours mark the severity, and nothing else is added', () => {
  const problem = diagnostic('self-prerequisite', { service: 'a' }, { span: at(1, 1, 2), severity: 'warning' })
  const view = { source: () => 'a', display, columns: 80 }
  const coloured = renderDiagnostic(problem, { ...view, style: createStyle(true) })
  expect(coloured).toContain('\u001b[33m\u001b[1mwarning[PAI-self-prerequisite]\u001b[22m\u001b[39m')
  expect(coloured).toContain('\u001b[33m^\u001b[39m')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes begin with one
  expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(renderDiagnostic(problem, { ...view, style: PLAIN_STYLE }))
})

test('several are in the order of their places, and counted', () => {
  const problems = [
    diagnostic('no-stop-script', { service: 'b' }, { span: at(1, 1, 1, '/p/b'), severity: 'warning' }),
    diagnostic('self-prerequisite', { service: 'a' }, { span: at(2, 1, 1, '/p/a') }),
    diagnostic('unknown-service', { name: 'x', nearest: null }),
  ]
  const view = { source: () => undefined, display, style: PLAIN_STYLE, columns: 80 }
  const shown = renderDiagnostics(problems, view)
  expect(shown.match(/^\w+\[PAI-[a-z-]+/gm)).toEqual([
    'error[PAI-unknown-service',
    'error[PAI-self-prerequisite',
    'warning[PAI-no-stop-script',
  ])
  expect(shown).toMatch(/\n\n2 errors, 1 warning\n[^\n]+$/)
  expect(renderDiagnostics([], view)).toBe('')
})

test('the last line names the first error for whom wants to know more, and is not there without one', () => {
  const view = { source: () => undefined, display, style: PLAIN_STYLE, columns: 80 }
  const warning = diagnostic('no-stop-script', { service: 'b' }, { span: at(1, 1, 1, '/p/a'), severity: 'warning' })
  const errors = [
    diagnostic('yaml-syntax', { message: 'x' }, { span: at(1, 1, 1, '/p/c') }),
    diagnostic('self-prerequisite', { service: 'a' }, { span: at(2, 1, 1, '/p/b') }),
  ]
  expect(renderDiagnostics([warning, ...errors], view)).toMatch(
    /\n\n2 errors, 1 warning\nFor more about a problem: paictl explain PAI-self-prerequisite$/,
  )
  expect(renderDiagnostics([warning], view)).toMatch(/\n\n1 warning$/)
})

test('a file is read once, however many problems point into it', () => {
  let reads = 0
  const source = (): string => {
    reads += 1
    return 'a\n'.repeat(100)
  }
  const problems = Array.from({ length: 100 }, (_, index) => unknownKey(at(index + 1, 1, 2)))
  renderDiagnostics(problems, { source, display, style: PLAIN_STYLE, columns: 80 })
  expect(reads).toBe(1)
})

test('as JSON it has the words and the data', () => {
  const problem = diagnostic(
    'duplicate-prerequisite',
    { service: 'a', prerequisite: 'b' },
    { span: at(4, 5, 6), related: [{ span: at(3, 5, 6), note: 'first here' }], service: 'a' },
  )
  expect(diagnosticJson(problem, { display, time: 0 })).toEqual({
    v: 1,
    type: 'diagnostic',
    time: '1970-01-01T00:00:00.000Z',
    severity: 'error',
    code: 'PAI-duplicate-prerequisite',
    message: '"a" names the prerequisite "b" twice',
    help: 'take one of them out',
    file: 'components/web/deploy/service.yaml',
    range: { start: { line: 4, column: 5 }, end: { line: 4, column: 6 } },
    related: [
      {
        file: 'components/web/deploy/service.yaml',
        range: { start: { line: 3, column: 5 }, end: { line: 3, column: 6 } },
        note: 'first here',
      },
    ],
    service: 'a',
    data: { service: 'a', prerequisite: 'b' },
  })
  expect(diagnosticJson(diagnostic('bad-option', { message: 'no' }))).toEqual({
    v: 1,
    type: 'diagnostic',
    severity: 'error',
    code: 'PAI-bad-option',
    message: 'no',
    help: 'see "paictl --help"',
    file: null,
    range: null,
    related: [],
    service: null,
    data: { message: 'no' },
  })
})
