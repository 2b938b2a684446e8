import type { Diagnostic } from './diagnostic.ts'
import type { JsonValue } from './json.ts'

/** What stands in the place of a secret. */
export const MASK = '***'

/** In characters. Shorter values are not masked: what is left of a text without every "1" in it is of no use. */
export const SHORTEST_SECRET = 4

/** The fields of problems that hold what somebody else has written or said. */
const FREE_WORDS: ReadonlySet<string> = new Set(['message', 'text', 'value', 'reason', 'answer', 'expected', 'found'])

/** The engine quotes a part of a text that is no JSON. */
const PART_IN_JSON_ERROR = /"([\s\S]{4,40}?)"(?=(?:\.\.\.)? is not valid JSON)/g

/**
 * The values that must not be shown, as far as a command has learnt of them. A secret is known by its value, so that it
 * is found wherever it has got to: in a log, in an answer, in a derived configuration. Also found are the forms that
 * templates give it: each of its lines, quoted for a shell, JSON or YAML, in base64, in a URL.
 */
export class Secrets {
  private readonly values = new Set<string>()
  private known: readonly string[] | undefined

  /** Learns values; those that are too short to be masked are left out. */
  add(values: Iterable<string>): void {
    for (const value of values) {
      if (value.length < SHORTEST_SECRET || this.values.has(value)) continue
      this.values.add(value)
      this.known = undefined
    }
  }

  /** What is masked, longest first, so that no part of a form is masked before the whole. */
  private get forms(): readonly string[] {
    this.known ??= [...new Set([...this.values].flatMap(formsOf))].sort(
      (a, b) => b.length - a.length || (a < b ? -1 : 1),
    )
    return this.known
  }

  get isEmpty(): boolean {
    return this.values.size === 0
  }

  /** Sorted. */
  all(): readonly string[] {
    return [...this.values].sort()
  }

  isIn(text: string): boolean {
    return this.forms.some((form) => text.includes(form))
  }

  /** A text with every secret in it replaced. */
  mask(text: string): string {
    const { forms } = this
    if (forms.length === 0) return text
    const whole = forms.reduce((masked, form) => masked.replaceAll(form, MASK), text)
    return whole.replace(PART_IN_JSON_ERROR, (quoted, part: string) =>
      forms.some((form) => form.includes(part)) ? `"${MASK}"` : quoted,
    )
  }

  /** Plain data with the secrets in its texts and keys replaced. Without secrets it is the same object. */
  maskData<T>(data: T): T {
    return this.forms.length === 0 ? data : (this.masked(data, false) as T)
  }

  /** The same for a configuration, in which a secret may have become a number. */
  maskConfiguration(value: JsonValue): JsonValue {
    return this.forms.length === 0 ? value : (this.masked(value, true) as JsonValue)
  }

  /**
   * Problems with the secrets in the words that others gave them replaced. Their places stay, and so do names and words
   * of paictl's own, though they may be the same as a secret.
   */
  maskDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
    if (this.forms.length === 0) return [...diagnostics]
    return diagnostics.map((one) => ({ ...one, data: this.maskedWords(one.data) }) as Diagnostic)
  }

  private maskedWords(data: object): object {
    const entries = Object.entries(data).map(([key, value]) => [
      key,
      typeof value === 'string' && FREE_WORDS.has(key) ? this.mask(value) : value,
    ])
    return Object.fromEntries(entries)
  }

  private masked(data: unknown, numbers: boolean): unknown {
    if (typeof data === 'string') return this.mask(data)
    if (typeof data === 'number') return numbers && this.values.has(String(data)) ? MASK : data
    if (Array.isArray(data)) return data.map((item) => this.masked(item, numbers))
    if (typeof data !== 'object' || data === null) return data
    return Object.fromEntries(Object.entries(data).map(([key, value]) => [this.mask(key), this.masked(value, numbers)]))
  }
}

function formsOf(value: string): string[] {
  const lines = value.split(/\r?\n/).filter((line) => line.trim().length >= SHORTEST_SECRET)
  return [value, ...lines].flatMap((text) => [
    text,
    JSON.stringify(text).slice(1, -1),
    text.replaceAll("'", `'\\''`),
    text.replaceAll("'", "''"),
    encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd')),
    ...base64Forms(text),
  ])
}

/** The characters of base64 that only the text decides, at each of the three offsets that it may have in what is encoded. */
function base64Forms(text: string): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)])
    const from = Math.ceil((offset * 8) / 6)
    const form = bytes.toString('base64').slice(from, Math.floor((bytes.length * 8) / 6))
    return form.length >= 2 * SHORTEST_SECRET ? [form] : []
  })
}
