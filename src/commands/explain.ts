import { nearest } from '../config/nearest.ts'
import { type Diagnostic, type DiagnosticCode, diagnostic } from '../model/diagnostic.ts'
import { err, ok, type Result } from '../model/result.ts'
import { EXPLANATIONS } from '../ui/explanations.ts'

/** The code that was typed: in any case, with or without `PAI-`. Problems: `unknown-code`. */
export function findCode(typed: string): Result<DiagnosticCode, readonly Diagnostic[]> {
  const name = typed.trim().toLowerCase().replace(/^pai-/, '')
  if (Object.hasOwn(EXPLANATIONS, name)) return ok(name as DiagnosticCode)
  const near = nearest(name, Object.keys(EXPLANATIONS))
  return err([diagnostic('unknown-code', { code: typed, nearest: near === null ? null : `PAI-${near}` })])
}
