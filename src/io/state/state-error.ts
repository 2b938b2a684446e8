import { PortFailure } from '../../engine/ports.ts'
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts'

/**
 * A file of the state that could not be read or written. Thrown, because nothing between a store and the request that
 * uses it could go on; caught in one place, which words `diagnostic`. `message` is one plain line as well.
 */
export class StateError extends PortFailure {
  readonly diagnostic: Diagnostic

  constructor(problem: Diagnostic, message: string) {
    super(message)
    this.name = 'StateError'
    this.diagnostic = problem
  }
}

/** Runs `act`; an error of the file system that it throws becomes a `StateError` about the file, or else `path`. */
export function guarded<T>(path: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    if (!isSystemError(error)) throw error
    // A file is replaced by way of another one beside it, which is nobody's concern.
    throw stateFailure(error.path?.replace(/\.\d+(-[\da-f]+-[\da-f]+)?\.tmp$/, '') ?? path, error)
  }
}

/** The `StateError` for an error of the file system at `path`. */
export function stateFailure(path: string, error: unknown): StateError {
  const reason = plainReason(error)
  return new StateError(diagnostic('state-unwritable', { path, reason }), `${path}: ${reason}`)
}

export const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && typeof (error as NodeJS.ErrnoException).code === 'string' && 'syscall' in error

/** The code of an error of the file system (`ENOENT`), or `undefined` for any other error. */
export const systemCode = (error: unknown): string | undefined => (isSystemError(error) ? error.code : undefined)

/** Whether nothing is at the path that was asked for: it, or a directory on the way to it, does not exist. */
export const isAbsent = (error: unknown): boolean => {
  const code = systemCode(error)
  return code === 'ENOENT' || code === 'ENOTDIR'
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  ENOENT: 'no such file or directory',
  ENOTDIR: 'a file is where a directory should be',
  EISDIR: 'a directory is where a file should be',
  EEXIST: 'something is there already',
  ELOOP: 'a symbolic link is where a file should be',
  ENAMETOOLONG: 'the name is too long',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files on this machine',
  EIO: 'the device failed',
  EAGAIN: 'this machine has no room for another process',
  ENOMEM: 'this machine has no memory left',
  E2BIG: 'the environment is too large',
  ENOEXEC: 'this machine cannot run it',
}

/** Why the file system refused, in words. */
export function plainReason(error: unknown): string {
  if (isSystemError(error)) return REASONS[error.code ?? ''] ?? error.code ?? error.message
  return error instanceof Error ? error.message : String(error)
}
