import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { TestProject } from './project.ts'

const UP = '"$GATES/../up-$PAICTL_SERVICE"'

/** Asks the file that stands for the running service; `otherwise` is what is done where it is not there. */
const status = (otherwise: string): string => `#!/bin/sh\n[ -e ${UP} ] && exit 0\n${otherwise}\n`

/**
 * Adds a component that can be asked whether it runs: from its start to its stop, or until the test takes it down.
 * Its status-script leaves no trace.
 */
export function probed(
  project: TestProject,
  name: string,
  description = '',
  scripts: Readonly<Record<string, string>> = {},
): void {
  const { 'start.sh': start = '', 'stop.sh': stop = '', 'status.sh': otherwise = 'exit 3', ...others } = scripts
  project.component(name, `status-script: status.sh\n${description}`, {
    'start.sh': `${start}\ntouch ${UP}`,
    'stop.sh': `${stop}\nrm -f ${UP}`,
    ...others,
  })
  project.write(`components/${name}/deploy/status.sh`, status(otherwise))
}

/** Whether the service runs, by what its status-script asks. */
export const isUp = (project: TestProject, name: string): boolean => existsSync(upFile(project, name))

/** Ends the service as if it had died. */
export const takeDown = (project: TestProject, name: string): void => rmSync(upFile(project, name), { force: true })

/** Makes its status-script say that it runs, though nobody started it. */
export const bringUp = (project: TestProject, name: string): void => writeFileSync(upFile(project, name), '')

const upFile = (project: TestProject, name: string): string => join(dirname(project.root), `up-${name}`)
