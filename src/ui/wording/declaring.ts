import { type Diagnostic, isError } from '../../model/diagnostic.ts'
import { unreachable } from '../../model/result.ts'
import { counted, shortList } from './lists.ts'
import { type DisplayPath, foldedItem, shellWord, shownPath, suggestion, type Wording, words } from './wording.ts'

type DeclaringDiagnostic = Extract<
  Diagnostic,
  {
    code:
      | 'unknown-deployment'
      | 'deployment-exists'
      | 'deployments-moving'
      | 'name-in-use'
      | 'still-needed'
      | 'missing-values'
      | 'port-taken'
      | 'no-free-port'
      | 'cannot-edit'
      | 'nothing-to-unset'
      | 'hidden-value'
      | 'unwritable-file'
      | 'unremovable-file'
  }
>

/** Words for what keeps a deployment from being declared, changed or taken away. */
export function wordDeclaring(diagnostic: DeclaringDiagnostic, display: DisplayPath): Wording {
  switch (diagnostic.code) {
    case 'unknown-deployment': {
      const { name, nearest, isComponent } = diagnostic.data
      if (isComponent) {
        return words(
          `"${name}" is a component, not a deployment`,
          `see "paictl deployment list --component ${name}" for those of it`,
        )
      }
      const hint = suggestion(nearest, 'see "paictl deployment list" for those that there are')
      return words(`there is no deployment "${name}"`, foldedItem(name) ?? hint)
    }
    case 'deployment-exists': {
      const { name, differences, update } = diagnostic.data
      return words(`"${name}" exists, and is otherwise: ${shortList(differences, 20, '; ')}`, `to change it: ${update}`)
    }
    case 'deployments-moving':
      return words(
        'other commands write deployments all the time: what was decided never held until it could be written',
        'nothing was changed; try it again, with a longer "--wait-lock" to keep trying',
      )
    case 'name-in-use': {
      const { name, component } = diagnostic.data
      return words(
        `"${name}" may still run, as a service of "${component}" that is no longer declared`,
        `choose another name, or delete that one first: paictl service delete ${name}`,
      )
    }
    case 'still-needed': {
      const { deployment, by } = diagnostic.data
      return words(
        `"${by}" is declared to need "${deployment}": without it, the project is invalid`,
        isError(diagnostic)
          ? 'take it out of this prerequisite first, or delete both; "--force" deletes it even so'
          : 'take it out of this prerequisite, too',
      )
    }
    case 'missing-values': {
      const { deployment, component, values, isTest } = diagnostic.data
      const section = isTest ? `${component}.` : ''
      const set = values.map(({ path, isSecret }) =>
        isSecret ? `--set ${shellWord(`${section}${path}=\${env:…}`)}` : `--set ${shellWord(`${section}${path}=`)}…`,
      )
      const paths = values.map(({ path }) => path)
      if (isTest) {
        return words(
          `to be tested, "${component}" lacks ${counted(values.length, 'required value')}: ${shortList(paths, 20)}`,
          `add ${shortList(set, 20).replaceAll(', --set', ' --set')}`,
        )
      }
      return words(
        `"${deployment}" lacks ${counted(values.length, 'required value')}: ${shortList(paths, 20)}`,
        `add ${shortList(set, 20).replaceAll(', --set', ' --set')}; at a terminal, without --yes and --dry-run, you are asked for them`,
      )
    }
    case 'port-taken': {
      const { service, path, port, other } = diagnostic.data
      const who =
        service === other ? `"${service}" has the port ${port} twice` : `"${service}" has the port of "${other}"`
      return words(
        `${who}: ${path} is ${port}`,
        'give one of them another port; "paictl deployment create" chooses one that nothing else uses',
      )
    }
    case 'no-free-port': {
      const { service, path, first, last } = diagnostic.data
      return words(
        `no port from ${first} to ${last} is left for ${path} of "${service}": declared services use all of them`,
        `widen the range in the schema, or give a port of your own: --set ${path}=…`,
      )
    }
    case 'cannot-edit': {
      const { path, reason } = diagnostic.data
      if (reason === 'no-map') {
        return words(
          `${path} cannot be set: there is no map here that could hold it`,
          'remove this first, with --unset',
        )
      }
      const why =
        reason === 'shared' ? 'an anchor, an alias or a tag is part of it' : 'it is written in an unusual form'
      return words(`${path} cannot be changed without changing more: ${why}`, 'change it in an editor')
    }
    case 'nothing-to-unset': {
      const { path, deployment, nearest } = diagnostic.data
      return words(`"${deployment}" does not set ${path}: there is nothing to remove`, suggestion(nearest, undefined))
    }
    case 'hidden-value': {
      const { path, deployment, isFrom } = diagnostic.data
      return words(
        `${path} of "${deployment}" is given by ${isFrom}, whatever its own file says`,
        'change it there, or remove it there',
      )
    }
    case 'unwritable-file': {
      const { path, reason } = diagnostic.data
      return words(`cannot write "${shownPath(path, display)}": ${reason}`, 'check its permissions and the free space')
    }
    case 'unremovable-file': {
      const { path, reason } = diagnostic.data
      return words(
        `cannot remove "${shownPath(path, display)}": ${reason}`,
        'check who may write to its directory, and try again',
      )
    }
    default:
      return unreachable(diagnostic)
  }
}
