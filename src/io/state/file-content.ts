import { isUtf8 } from 'node:buffer'
import { readFileSync, statSync } from 'node:fs'
import type { DeployFile } from '../../model/rendered.ts'
import { systemCode } from './state-error.ts'

/** What a file holds, for people; `null` where there is no file that can be read. */
export type FileContent = { readonly text: string } | { readonly withheld: 'binary' | 'large' } | null

/** Larger files are not read. In bytes. */
const LARGEST = 1024 * 1024

/** The content of a file on disk. */
export function contentAt(path: string): FileContent {
  try {
    const stat = statSync(path, { throwIfNoEntry: false })
    if (!stat?.isFile()) return null
    return stat.size > LARGEST ? { withheld: 'large' } : contentOf(readFileSync(path))
  } catch (error) {
    if (systemCode(error) === undefined) throw error
    return null
  }
}

/** The content that a file of a staged copy is going to have. */
export function contentOfStaged(file: DeployFile | undefined): FileContent {
  if (file === undefined) return null
  if (!('content' in file)) return contentAt(file.source)
  return file.content.length > LARGEST ? { withheld: 'large' } : { text: file.content }
}

const contentOf = (bytes: Buffer): FileContent =>
  isUtf8(bytes) && !bytes.includes(0) ? { text: bytes.toString('utf8') } : { withheld: 'binary' }
