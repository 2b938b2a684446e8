import type { JsonObject } from '../model/json.ts'
import type { DeployFile, RenderedService } from '../model/rendered.ts'
import type { Style } from './style.ts'

/** What was rendered of services: each file with its text; those that are copied as they are by name only. */
export function renderedText(services: readonly RenderedService[], style: Style): string {
  return services
    .flatMap(({ service, files }) => files.map((file) => fileText(`${service.name}/${file.path}`, file, style)))
    .join('\n')
}

function fileText(name: string, file: DeployFile, style: Style): string {
  if (!('content' in file)) return style.dim(`--- ${name} (as it is)`)
  return `${style.bold(`--- ${name}`)}\n${file.content.replace(/\n$/, '')}`
}

/** The same for programs. */
export function renderedDocument({ service, files, outputs, fingerprint }: RenderedService): JsonObject {
  return {
    name: service.name,
    fingerprint,
    outputs,
    files: files.map((file) => ({
      path: file.path,
      executable: file.executable,
      content: 'content' in file ? file.content : null,
    })),
  }
}
