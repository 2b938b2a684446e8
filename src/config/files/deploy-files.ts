import { posix } from 'node:path'
import type { Diagnostic } from '../../model/diagnostic.ts'
import { diagnostic } from '../../model/diagnostic.ts'
import type { Service } from '../../model/service.ts'
import type { Located, Span } from '../../model/span.ts'
import { startOfFile } from '../../model/span.ts'
import { nearest } from '../nearest.ts'

/** A file under deploy/ that is rendered to another one. Paths are relative to deploy/. */
export interface TemplateFile {
  readonly template: string
  readonly target: string
  /** Where service.yaml lists it; `undefined` where it lists none. */
  readonly span: Span | undefined
}

const SUFFIX = '.template'

/** The templates that are rendered for a service, by target. Listed ones whose file is missing are left out. */
export function templatesOf(service: Service, deployFiles: readonly string[]): TemplateFile[] {
  const templates = new Map<string, TemplateFile>()
  if (service.templateList === undefined) {
    for (const template of deployFiles.filter(isTemplate)) {
      const target = template.slice(0, -SUFFIX.length)
      templates.set(target, { template, target, span: undefined })
    }
  } else {
    const files = new Set(deployFiles)
    for (const { value: target, span } of service.templateList) {
      const template = target + SUFFIX
      if (files.has(template) && !templates.has(target)) templates.set(target, { template, target, span })
    }
  }
  return [...templates.values()].sort((a, b) => (a.target < b.target ? -1 : 1))
}

/**
 * Checks a description against what is under deploy/: relative paths, `/`-separated, directories with a trailing `/`.
 * `refused` are the paths of what is there and could not be taken, which was said: nothing at or below them is missing.
 */
export function checkServiceFiles(
  service: Service,
  deployFiles: readonly string[],
  refused: readonly string[] = [],
): Diagnostic[] {
  const templates = templatesOf(service, deployFiles)
  return [
    ...checkScripts(service, deployFiles, templates, refused),
    ...checkTemplateList(service, deployFiles, refused),
    ...checkTargets(service, deployFiles, templates),
    ...checkHabits(service),
  ]
}

function checkScripts(
  service: Service,
  deployFiles: readonly string[],
  templates: readonly TemplateFile[],
  refused: readonly string[],
): Diagnostic[] {
  const rendered = new Set(templates.map(({ template }) => template))
  // A template is not there any more when scripts run, what it becomes is.
  const existing = new Set([
    ...deployFiles.filter((path) => !rendered.has(path)),
    ...templates.map(({ target }) => target),
  ])
  const choices = [...existing].filter((path) => !path.endsWith('/') && !isTemplate(path) && path !== 'service.yaml')
  return namedScripts(service).flatMap(([what, { value: path, span }]) => {
    const place = { span, service: service.name }
    if (existing.has(path) || isRefused(path, refused)) return []
    if (path.endsWith('/') || existing.has(`${path}/`)) {
      return [diagnostic('not-a-file', { what, path, found: 'a directory' }, place)]
    }
    const near = templates.find(({ template }) => template === path)?.target ?? nearestPath(path, choices)
    return [diagnostic('missing-file', { what, path, nearest: near }, place)]
  })
}

function namedScripts({ scripts, readiness }: Service): [what: string, Located<string>][] {
  const named = Object.entries(scripts).map(([role, script]): [string, Located<string>] => [`${role}-script`, script])
  const isLiteral = readiness?.kind === 'script' && !readiness.target.value.includes('{{')
  return isLiteral ? [...named, ['readiness.script', readiness.target]] : named
}

function checkTemplateList(service: Service, deployFiles: readonly string[], refused: readonly string[]): Diagnostic[] {
  if (service.templateList === undefined) return []
  const templates = deployFiles.filter(isTemplate)
  const existing = new Set(templates)
  // One that is listed by its template's name instead of its target's is reported as missing, and that is enough.
  const listed = new Set(service.templateList.flatMap(({ value }) => [value, value + SUFFIX]))
  const targets = service.templateList
  const missing = targets.flatMap(({ value: target, span }, index) => {
    // What is listed twice and is not there is missing once.
    if (targets.findIndex(({ value }) => value === target) < index) return []
    const path = target + SUFFIX
    if (existing.has(path) || isRefused(path, refused)) return []
    const near = existing.has(target) ? target : nearestPath(path, templates)
    const data = { what: 'template-list', path, nearest: near === null ? null : near.slice(0, -SUFFIX.length) }
    return [diagnostic('missing-file', data, { span, service: service.name })]
  })
  // Nor is one that was meant by a name that is missing.
  const meant = new Set(missing.map(({ data }) => `${'nearest' in data ? data.nearest : ''}${SUFFIX}`))
  const unlisted = templates
    .filter((template) => !listed.has(template) && !meant.has(template))
    .map((template) => {
      const span = startOfFile(inDeploy(service, template))
      return diagnostic('unlisted-template', { template }, { span, service: service.name, severity: 'warning' })
    })
  return [
    ...missing,
    ...unlisted,
    ...listedTwice(
      targets.filter(({ value }) => existing.has(value + SUFFIX)),
      service.name,
    ),
  ]
}

function listedTwice(list: readonly Located<string>[], service: string): Diagnostic[] {
  const first = new Map<string, Span>()
  return list.flatMap(({ value: target, span }) => {
    const earlier = first.get(target)
    if (earlier === undefined) {
      first.set(target, span)
      return []
    }
    const related = [{ span: earlier, note: 'first listed here' }]
    return [diagnostic('duplicate-template', { target }, { span, related, service })]
  })
}

function checkTargets(
  service: Service,
  deployFiles: readonly string[],
  templates: readonly TemplateFile[],
): Diagnostic[] {
  const existing = new Set(deployFiles)
  return templates
    .filter(({ target }) => existing.has(target) || existing.has(`${target}/`))
    .map(({ target, template, span = startOfFile(inDeploy(service, template)) }) =>
      diagnostic(
        'template-target-exists',
        { target, template },
        {
          span,
          related: [{ span: startOfFile(inDeploy(service, target)), note: 'the file that is there' }],
          service: service.name,
        },
      ),
    )
}

/** A warning for each glob of `inputs` that no file matches: what it stands for is not noticed when it changes. */
export function unmatchedInputs(service: Service, globs: readonly string[]): Diagnostic[] {
  const unmatched = new Set(globs)
  return service.inputs
    .filter(({ value }) => unmatched.has(value))
    .map(({ value, span }) => {
      const place = { span, service: service.name, severity: 'warning' } as const
      return diagnostic('missing-file', { what: 'inputs', path: value, nearest: null }, place)
    })
}

function checkHabits(service: Service): Diagnostic[] {
  const { name, kind, scripts, readiness } = service
  if (kind === 'job' || scripts.start === undefined) return []
  const place = { span: scripts.start.span, service: name, severity: 'warning' } as const
  const warnings: Diagnostic[] = []
  if (scripts.stop === undefined) warnings.push(diagnostic('no-stop-script', { service: name }, place))
  // A log is only ever awaited: it can't say whether the service still runs.
  const canBeAsked = scripts.status !== undefined || (readiness !== undefined && readiness.kind !== 'log')
  if (!canBeAsked) warnings.push(diagnostic('no-probe', { service: name }, place))
  return warnings
}

/** A file of the same name in another directory is nearer than one of a similar name. */
function nearestPath(path: string, candidates: readonly string[]): string | null {
  const name = posix.basename(path)
  const moved = candidates.filter((candidate) => posix.basename(candidate) === name).sort()
  return moved[0] ?? nearest(path, candidates)
}

/** Whether a path, or a directory above it, was refused; the template that it would come from counts as well. */
const isRefused = (path: string, refused: readonly string[]): boolean =>
  refused.some((one) => one === '' || one === path || one === path + SUFFIX || `${path}/`.startsWith(withSlash(one)))

const withSlash = (path: string): string => (path.endsWith('/') ? path : `${path}/`)

const isTemplate = (path: string): boolean => /[^/]\.template$/.test(path)

const inDeploy = ({ file }: Service, path: string): string => posix.join(posix.dirname(file), path)
