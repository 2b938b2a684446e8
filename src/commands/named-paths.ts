import { basename, dirname, resolve } from 'node:path'
import { nearest } from '../config/nearest.ts'
import { isThere, namesIn } from '../io/project-file.ts'
import { isDirectory } from '../io/project-scan.ts'
import { type Diagnostic, diagnostic } from '../model/diagnostic.ts'
import type { ProjectSettings } from '../model/project.ts'
import type { Span } from '../model/span.ts'
import type { Invocation } from './invocation.ts'

/** The directories that paictl.yaml names, and that are none. Defaults need not be there. */
export function checkNamedDirectories(
  { componentsDirectory, clusterConfigDirectory }: ProjectSettings,
  places: Readonly<Record<string, Span>>,
  invocation: Invocation,
): Diagnostic[] {
  const named: [what: string, path: string, span: Span][] = []
  if (places.components) named.push(['components', componentsDirectory, places.components])
  if (places['cluster-config'] && invocation.clusterConfig === undefined) {
    named.push(['cluster-config', clusterConfigDirectory, places['cluster-config']])
  }
  return named.flatMap(([what, path, span]) => {
    if (isDirectory(path)) return []
    return [isThere(path) ? notADirectory(what, path, span) : missing(what, path, span)]
  })
}

/** Says that the kubeconfig that the command line names is not there, before a script looks for it. */
export function checkKubeconfig({ cwd, kubeconfig }: Invocation): Diagnostic | undefined {
  const path = kubeconfig === undefined ? undefined : resolve(cwd, kubeconfig)
  return path === undefined || isThere(path) ? undefined : missing('-c', path, undefined)
}

/** The diagnostic for something that is named and is not there; what stands beside it may have been meant. */
export function missing(what: string, path: string, span: Span | undefined): Diagnostic {
  const near = nearest(basename(path), namesIn(dirname(path)))
  return diagnostic('missing-file', { what, path, nearest: near }, { span })
}

function notADirectory(what: string, path: string, span: Span | undefined): Diagnostic {
  return diagnostic('bad-value', { what, value: basename(path), expected: 'a directory', nearest: null }, { span })
}
