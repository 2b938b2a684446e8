import type { Diagnostic } from '../../model/diagnostic.ts'
import { unreachable } from '../../model/result.ts'
import { foldedItem, shellWord, suggestion, type Wording, words } from './wording.ts'

type DeploymentDiagnostic = Extract<
  Diagnostic,
  { code: 'unknown-component' | 'single-component' | 'name-taken' | 'no-deployments' | 'misnamed-deployment' }
>

/** Words for what is wrong with deployments, and with who follows them. */
export function wordDeployment(diagnostic: DeploymentDiagnostic): Wording {
  switch (diagnostic.code) {
    case 'unknown-component': {
      const { component, by, nearest } = diagnostic.data
      const hint = suggestion(nearest, 'see "paictl component list" for the components that there are')
      return words(`"${by}" names the component "${component}", which does not exist`, foldedItem(component) ?? hint)
    }
    case 'single-component': {
      const { component, by, doing } = diagnostic.data
      return words(
        `"${by}" ${doing} "${component}", of which there is one only`,
        doing === 'deploys'
          ? `write "instances: many" into the service.yaml of "${component}", or configure it in services-configuration.yaml`
          : `write "instances: many" into the service.yaml of "${component}", or make it a prerequisite of "${by}"`,
      )
    }
    case 'name-taken':
      return words(
        `the deployment "${diagnostic.data.name}" is called as a component is`,
        `${diagnostic.span === undefined ? 'choose another name' : 'rename its file'}: components and deployments share their names`,
      )
    case 'no-deployments':
      return words(
        `the component "${diagnostic.data.component}" has no deployments`,
        `declare one: paictl deployment create NAME --component ${shellWord(diagnostic.data.component)}`,
      )
    case 'misnamed-deployment': {
      const { found, expected, more } = diagnostic.data
      if (more !== undefined) {
        const title = more === 0 ? `"${found}" is not read as a deployment` : `"${found}" and ${more} more are not read`
        const hint = `move ${more === 0 ? `it up, to "${expected}",` : 'them up,'} or out of cluster-config/deployments/`
        return words(`${title}: sub-directories are not looked into`, hint)
      }
      return words(`"${found}" is not read as a deployment`, `rename it to "${expected}", or move it elsewhere`)
    }
    default:
      return unreachable(diagnostic)
  }
}
