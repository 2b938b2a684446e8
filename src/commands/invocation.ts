import type { EndingSignal } from '../engine/execute/interruption.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { DeploymentFileEvent, RunEvent } from '../model/event.ts'
import type { Plan } from '../model/plan.ts'
import type { PlanReport } from '../model/plan-report.ts'
import type { Secrets } from '../model/secrets.ts'
import type { Note } from '../ui/note-text.ts'
import type { Confirmation } from '../ui/prompt-text.ts'

/** What places name as the file of an overlay's name that was given on the command line; each begins a line of it. */
export const OVERLAY_OPTION = '--overlay'

/** Where a command is called from, and which project and cluster it is about. */
export interface Invocation {
  /** Absolute. */
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  /** As typed, for those who find its lock or its run. */
  readonly commandLine: string
  /** -C: where to look for the project; relative to cwd. */
  readonly project?: string | undefined
  /** -p: the cluster configuration's directory. */
  readonly clusterConfig?: string | undefined
  /** -c: handed to scripts as KUBECONFIG. */
  readonly kubeconfig?: string | undefined
  readonly stateDirectory?: string | undefined
  /** --cluster: a cluster by its id, with or without its project. */
  readonly cluster?: string | undefined
  /** --overlay: laid on the services-configuration, after those of paictl.yaml; relative to cwd. */
  readonly overlays?: readonly string[] | undefined
  /** --set: `service.key=value`, laid on everything else. */
  readonly assignments?: readonly string[] | undefined
  /** Texts that stand for the files of deployments, by these' names: as if they had been written already. */
  readonly drafts?: ReadonlyMap<string, string> | undefined
  /** Learns the secrets of the configuration, so that whoever prints what comes back can mask them. */
  readonly secrets: Secrets
  /** Hands every ending signal to `listener` from now on, instead of ending at once. Returns what undoes it. */
  readonly onSignal?: ((listener: (signal: EndingSignal) => void) => () => void) | undefined
}

/** How a run speaks with whoever asked for it. */
export interface Conversation {
  readonly report: (event: RunEvent) => void
  /** A file that declares a deployment was written or removed. */
  readonly declared: (change: Omit<DeploymentFileEvent, 'type' | 'time'>) => void
  /** Something to know before anything is run. */
  readonly note: (note: Note) => void
  /** Warnings that belong to this request. */
  readonly warn: (diagnostics: readonly Diagnostic[]) => void
  /** Shows the plan of an apply, before anybody is asked. */
  readonly plan: (report: PlanReport) => Promise<void>
  /** Shows what is about to be confirmed and asks; `no-terminal` where nobody can be asked. */
  readonly confirm: (confirmation: Confirmation, plan: Plan) => Promise<'yes' | 'no' | 'no-terminal'>
  /** Hands every ending signal to `listener` from now on, instead of ending at once. Returns what undoes it. */
  readonly onSignal: (listener: (signal: EndingSignal) => void) => () => void
}
