import type { Diagnostic } from '../../model/diagnostic.ts'
import { unreachable } from '../../model/result.ts'
import { type DisplayPath, foldedItem, quotedValue, shownPath, suggestion, type Wording, words } from './wording.ts'

type ComponentDiagnostic = Extract<
  Diagnostic,
  {
    code:
      | 'bad-name'
      | 'missing-file'
      | 'not-a-file'
      | 'no-service-file'
      | 'escaping-path'
      | 'escaping-link'
      | 'duplicate-service'
      | 'duplicate-template'
      | 'template-target-exists'
      | 'unlisted-template'
      | 'no-stop-script'
      | 'no-probe'
  }
>

/** Words for what is wrong with one component's directory. */
export function wordComponent(diagnostic: ComponentDiagnostic, display: DisplayPath): Wording {
  const shown = (path: string) => `"${shownPath(path, display)}"`
  switch (diagnostic.code) {
    case 'bad-name': {
      const { name } = diagnostic.data
      const safe = madeSafe(name)
      return words(
        `${quotedValue(name)} cannot be a name`,
        'use at most 63 lower-case letters, digits and hyphens, with a letter or digit first and last' +
          (safe === '' ? '' : `: "${safe}"`),
      )
    }
    case 'missing-file': {
      const { what, path, nearest } = diagnostic.data
      if (what === 'inputs') return words(`inputs: no file matches ${quotedValue(path)}`, 'correct it, or take it out')
      return words(
        `${what}: ${shown(path)} does not exist`,
        foldedItem(path.split('/').at(-1) ?? '') ?? suggestion(nearest, 'create it, or take its name out'),
      )
    }
    case 'not-a-file': {
      const { what, path, found } = diagnostic.data
      return words(
        `${what === null ? '' : `${what}: `}${shown(path)} is ${found}, where a file is needed`,
        'put a regular file in its place',
      )
    }
    case 'no-service-file': {
      const { component, found } = diagnostic.data
      return words(
        `the component "${component}" has no deploy/service.yaml`,
        found === null
          ? 'describe it there, or move the directory out of the components'
          : `"${found}" is not read: rename it to "deploy/service.yaml"`,
      )
    }
    case 'escaping-path':
      return words(
        `${diagnostic.data.what}: ${quotedValue(diagnostic.data.path)} leads out of its directory`,
        'use a relative path without ".." and without a link that leads elsewhere',
      )
    case 'escaping-link': {
      const { what, path, target } = diagnostic.data
      return words(
        `${what}: ${shown(path)} is a symbolic link that leads out of the component, to ${quotedValue(target)}`,
        'put the file into the component, or have a script fetch it',
      )
    }
    case 'duplicate-service': {
      const { service, other } = diagnostic.data
      return words(
        `"${service}" and "${other}" are the same directory`,
        'a component has one name: remove the link, or copy what it leads to',
      )
    }
    case 'duplicate-template':
      return words(`two templates have the target ${shown(diagnostic.data.target)}`, 'list it once')
    case 'template-target-exists': {
      const { target, template } = diagnostic.data
      return words(
        `${shown(template)} would be rendered over ${shown(target)}, which exists`,
        `keep one of them: delete ${shown(target)}, or rename the template`,
      )
    }
    case 'unlisted-template':
      return words(
        `template ${shown(diagnostic.data.template)} is not in the template-list and will not be rendered`,
        'add it to the list, or leave out template-list to render every *.template',
      )
    case 'no-stop-script':
      return words(
        `"${diagnostic.data.service}" has no stop-script, so stopping it does nothing`,
        'name a script that ends what the start-script began: stop-script: stop.sh',
      )
    case 'no-probe':
      return words(
        `nothing can be asked whether "${diagnostic.data.service}" runs`,
        'add a status-script, or a readiness probe of the kind script, http or tcp',
      )
    default:
      return unreachable(diagnostic)
  }
}

const madeSafe = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '')
