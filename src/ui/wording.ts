import type { Diagnostic } from '../model/diagnostic.ts'
import { unreachable } from '../model/result.ts'
import { wordComponent } from './wording/component.ts'
import { wordConfiguration } from './wording/configuration.ts'
import { wordDeclaring } from './wording/declaring.ts'
import { wordDeployment } from './wording/deployment.ts'
import { wordFile } from './wording/file.ts'
import { wordGraph } from './wording/graph.ts'
import { wordRefusal } from './wording/refusal.ts'
import { wordRequest } from './wording/request.ts'
import { wordRun } from './wording/run.ts'
import { withShortTexts } from './wording/short-text.ts'
import { wordState } from './wording/state.ts'
import { wordTemplate } from './wording/template.ts'
import type { DisplayPath, Wording } from './wording/wording.ts'

export type { Wording } from './wording/wording.ts'

/**
 * The one place where a diagnostic becomes words: each code belongs to an area, whose own switch words it. However long
 * what somebody wrote is, the words are of a length that people read.
 */
export function wordDiagnostic(diagnostic: Diagnostic, display: DisplayPath = (file) => file): Wording {
  return wordArea(withShortTexts(diagnostic), display)
}

function wordArea(diagnostic: Diagnostic, display: DisplayPath): Wording {
  switch (diagnostic.code) {
    case 'unreadable-file':
    case 'file-too-large':
    case 'not-text':
    case 'yaml-syntax':
    case 'yaml-empty':
    case 'wrong-type':
    case 'unknown-key':
    case 'duplicate-key':
    case 'bad-value':
      return wordFile(diagnostic, display)
    case 'bad-name':
    case 'missing-file':
    case 'not-a-file':
    case 'no-service-file':
    case 'escaping-path':
    case 'escaping-link':
    case 'duplicate-service':
    case 'duplicate-template':
    case 'template-target-exists':
    case 'unlisted-template':
    case 'no-stop-script':
    case 'no-probe':
      return wordComponent(diagnostic, display)
    case 'unknown-component':
    case 'single-component':
    case 'name-taken':
    case 'no-deployments':
    case 'misnamed-deployment':
      return wordDeployment(diagnostic)
    case 'unknown-prerequisite':
    case 'self-prerequisite':
    case 'duplicate-prerequisite':
    case 'excluded-prerequisite':
    case 'cycle':
    case 'more-cycles':
      return wordGraph(diagnostic)
    case 'unknown-section':
    case 'merge-type':
    case 'schema-violation':
    case 'bad-schema':
    case 'module-failed':
    case 'check-failed':
    case 'bad-set':
    case 'bad-reference':
    case 'unresolved-reference':
    case 'short-secret':
    case 'secret-exposed':
      return wordConfiguration(diagnostic)
    case 'template-syntax':
    case 'template-unknown-name':
    case 'template-unknown-helper':
    case 'template-helper-misuse':
    case 'template-unknown-partial':
    case 'template-too-large':
    case 'unquoted-value':
    case 'rendered-invalid':
      return wordTemplate(diagnostic, display)
    case 'unknown-deployment':
    case 'deployment-exists':
    case 'deployments-moving':
    case 'name-in-use':
    case 'still-needed':
    case 'missing-values':
    case 'port-taken':
    case 'no-free-port':
    case 'cannot-edit':
    case 'nothing-to-unset':
    case 'hidden-value':
    case 'unwritable-file':
    case 'unremovable-file':
      return wordDeclaring(diagnostic, display)
    case 'no-project':
    case 'no-names':
    case 'unknown-service':
    case 'no-match':
    case 'bad-option':
    case 'unknown-option':
    case 'unknown-command':
    case 'option-conflict':
    case 'unknown-code':
    case 'file-exists':
    case 'unknown-template':
    case 'bad-plan':
    case 'plan-newer':
      return wordRequest(diagnostic, display)
    case 'locked':
    case 'owner-alive':
    case 'lease-lost':
    case 'cluster-taken':
    case 'foreign':
    case 'dependents-running':
    case 'follower-not-refreshed':
    case 'delete-interrupted':
    case 'port-in-use':
    case 'no-scratch-cluster':
    case 'plan-outdated':
    case 'plan-elsewhere':
    case 'skipped-not-running':
    case 'unconfirmed':
    case 'applied-differs':
    case 'values-taken-back':
      return wordRefusal(diagnostic, display)
    case 'run-interrupted':
    case 'unknown-run':
    case 'not-resumable':
      return wordRun(diagnostic)
    case 'state-newer':
    case 'state-corrupt':
    case 'state-unwritable':
    case 'state-unsafe':
    case 'no-such-cluster':
      return wordState(diagnostic, display)
    default:
      return unreachable(diagnostic)
  }
}
