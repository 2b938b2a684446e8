/** What is wrong with a template, and with what it was rendered to. */
export interface TemplateProblems {
  'template-syntax': { message: string }
  'template-unknown-name': {
    name: string
    missing: string
    nearest: string | null
    available: readonly string[]
    /** What it is looked up in, as it is written, and of what type that is, where it is no map. */
    holder: { name: string; type: string } | null
    /** The file that would supply it, where one would: absolute. */
    supplier: string | null
    /** The service whose outputs are asked for, where it exists and is not needed: `supplier` is where to say so. */
    prerequisite: string | null
  }
  'template-unknown-helper': { name: string; nearest: string | null; available: readonly string[] }
  'template-helper-misuse': { helper: string; message: string }
  'template-unknown-partial': { name: string }
  'template-too-large': { what: 'output' | 'work'; limit: number }
  'unquoted-value': {
    expression: string
    target: string
    secret: boolean
    /** It lacks `sh`; or has it inside of quotes; or stands in a here-document, where neither is of use. */
    problem: 'unquoted' | 'quoted-twice' | 'here-document'
  }
  'rendered-invalid': {
    target: string
    format: 'yaml' | 'json'
    /** Of the place in what was rendered. */
    line: number
    column: number
    /** That line, where it is long only what is around the place: `textStart` is the column that it begins with. */
    text: string
    textStart: number
    message: string
    /** It is in what an expression was printed as, and not in the template's own text. */
    isValue: boolean
  }
}
