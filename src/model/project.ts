import type { Located } from './span.ts'

/** The keys of paictl.yaml, each with its default applied. Paths are absolute. */
export interface ProjectSettings {
  /** The project's root: the directory of paictl.yaml, else the nearest one upward that has components/. */
  readonly root: string
  /** The directory name of `root`, made a safe name: the cluster-id where none is given. */
  readonly name: string
  readonly componentsDirectory: string
  readonly clusterConfigDirectory: string
  /** paictl.yaml's `state`. */
  readonly stateDirectory: string | undefined
  /** What is laid on services-configuration.yaml, in this order: absolute paths. */
  readonly overlays: readonly Located<string>[]
  /** How many scripts run side by side. */
  readonly parallel: number
  /** In bytes: larger descriptions, configuration files and templates are refused unread. */
  readonly fileSizeLimit: number
}

export const DEFAULT_PARALLEL = 10

/** 512 KiB. Hostile YAML of this size takes a parser about a second; ten times as much, fifteen. */
export const DEFAULT_FILE_SIZE_LIMIT = 512 * 1024

/** A name that is a safe path segment, DNS label and shell word: what components and services may be called. */
export const SAFE_NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
