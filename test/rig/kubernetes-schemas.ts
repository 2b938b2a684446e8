import { fileURLToPath } from 'node:url'
import { Deployment } from 'kubernetes-models/apps/v1/Deployment'
import { Ingress } from 'kubernetes-models/networking.k8s.io/v1/Ingress'
import { Secret } from 'kubernetes-models/v1/Secret'
import { Service } from 'kubernetes-models/v1/Service'
import ts from 'typescript'

/** An object as a cluster takes it. */
export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace: string; readonly labels: Record<string, string> }
  // biome-ignore lint/suspicious/noExplicitAny: of whatever form, which is what is looked into
  readonly [key: string]: any
}

const KINDS = {
  'apps/v1 Deployment': { validator: Deployment, module: 'apps/v1/Deployment' },
  'v1 Service': { validator: Service, module: 'v1/Service' },
  'networking.k8s.io/v1 Ingress': { validator: Ingress, module: 'networking.k8s.io/v1/Ingress' },
  'v1 Secret': { validator: Secret, module: 'v1/Secret' },
}

/**
 * What Kubernetes' own schemas have against manifests, a line each: required fields, types, formats and values by the
 * validators made of them, and fields that are unknown by the types made of them, since the schemas allow these and an API
 * server that is asked by kubectl does not.
 */
export function schemaProblems(manifests: readonly Manifest[]): string[] {
  const wrong = manifests.flatMap((manifest) => {
    const known = KINDS[`${manifest.apiVersion} ${manifest.kind}` as keyof typeof KINDS]
    if (known === undefined) return [`${manifest.apiVersion} ${manifest.kind} is not known`]
    try {
      new known.validator(manifest as never).validate()
      return []
    } catch (error) {
      return [`${manifest.kind}: ${error instanceof Error ? error.message : error}`]
    }
  })
  return [...wrong, ...unknownFields(manifests)]
}

/** What is read again for each check: the language's own types and the package's. */
const SOURCES = new Map<string, ts.SourceFile | undefined>()

/** A place beside this file, so that the package is found from there. */
const CHECKED = fileURLToPath(new URL('checked-manifests.ts', import.meta.url))

function unknownFields(manifests: readonly Manifest[]): string[] {
  const lines = manifests.flatMap((manifest, index) => {
    const known = KINDS[`${manifest.apiVersion} ${manifest.kind}` as keyof typeof KINDS]
    const type = `I${manifest.kind}`
    if (known === undefined) return []
    return [
      `import type { ${type} as T${index} } from 'kubernetes-models/${known.module}'`,
      `export const m${index}: T${index} = ${JSON.stringify(manifest, null, 1)}`,
    ]
  })
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es2023.d.ts'],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
  }
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists, readFile } = host
  const text = lines.join('\n')
  host.fileExists = (file) => file === CHECKED || fileExists(file)
  host.readFile = (file) => (file === CHECKED ? text : readFile(file))
  host.getSourceFile = (file, version) => {
    if (file === CHECKED) return ts.createSourceFile(file, text, version)
    if (!SOURCES.has(file)) SOURCES.set(file, getSourceFile(file, version))
    return SOURCES.get(file)
  }
  return ts
    .getPreEmitDiagnostics(ts.createProgram([CHECKED], options, host))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))
}
