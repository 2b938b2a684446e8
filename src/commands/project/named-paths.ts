import { basename, dirname, resolve } from 'node:path'
import { nearest } from '../../config/nearest.ts'
import { directoryProblem, isThere, namesIn } from '../../io/project/project-file.ts'
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts'
import type { ProjectSettings } from '../../model/project.ts'
import type { Span } from '../../model/span.ts'
import type { Invocation } from '../invocation.ts'

/** Where paictl.yaml names directories, by key. */
export type Places = Readonly<Record<string, Span>>

/** Why there are no components to be had; by default there need not be any. */
export const checkComponents = ({ componentsDirectory }: ProjectSettings, places: Places): Diagnostic | undefined =>
  checkDirectory('components', componentsDirectory, places.components)

/** Why no cluster configuration is to be had; by default there need not be any. */
export function checkClusterConfig(
  { clusterConfigDirectory }: ProjectSettings,
  places: Places,
  invocation: Invocation,
): Diagnostic | undefined {
  return invocation.clusterConfig === undefined
    ? checkDirectory('cluster-config', clusterConfigDirectory, places['cluster-config'])
    : directoryProblem('-p', clusterConfigDirectory)
}

/** `span`: where it is named, unless it is the default, which need not be there. */
function checkDirectory(what: string, path: string, span: Span | undefined): Diagnostic | undefined {
  const problem = directoryProblem(what, path)
  if (span === undefined) return problem
  if (problem === undefined) return isThere(path) ? undefined : missing(what, path, span)
  return problem.code === 'wrong-type' ? notADirectory(what, path, span) : { ...problem, span }
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
