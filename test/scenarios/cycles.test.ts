import { expect, test } from 'vitest'
import { TestProject } from '../rig/project.ts'

test('a cycle is shown with each of its edges, and what is wrong besides is said with it', async () => {
  const project = new TestProject()
  project.component('a', 'prerequisite: [b]\n', { 'status.sh': '' })
  project.component('b', 'prerequisite: [c]\n', { 'status.sh': '' })
  project.component('c', 'prerequisite:\n  - service: a\n    optional: true\n', { 'status.sh': '' })
  project.write('components/b/deploy/conf.template', '{{ confg }}\n')
  const expected = `error[PAI-cycle]: services need each other in a cycle: "a" -> "b" -> "c" -> "a"
  --> components/a/deploy/service.yaml:4:16 a needs b
   |
 4 | prerequisite: [b]
   |                ^
  ::: components/b/deploy/service.yaml:4:16 b needs c
   |
 4 | prerequisite: [c]
   |                -
  ::: components/c/deploy/service.yaml:5:14 c needs a
   |
 5 |   - service: a
   |              -
   = help: take one of these edges out

error[PAI-template-unknown-name]: unknown name "confg"
  --> components/b/deploy/conf.template:1:4
   |
 1 | {{ confg }}
   |    ^^^^^
   = help: did you mean "config"?

2 errors
For more about a problem: paictl explain PAI-cycle
`
  for (const args of [['validate'], ['service', 'start', 'a'], ['service', 'start', 'b', '--no-prerequisites']]) {
    expect([args, await project.paictl(...args)]).toEqual([args, { code: 2, stdout: '', stderr: expected }])
  }
  expect(project.trace()).toEqual([])
})

test('a cycle keeps from starting what is not on it, too, and a look is told', async () => {
  const project = new TestProject()
  project.component('a', 'prerequisite: [b]\n')
  project.component('b', 'prerequisite: [a]\n')
  project.component('alone')
  const { code, stderr } = await project.paictl('service', 'start', 'alone')
  expect([code, stderr]).toEqual([2, expect.stringContaining('in a cycle: "a" -> "b" -> "a"')])
  expect((await project.paictl('service', 'list')).stderr).toBe(
    'there are errors in this project: "paictl validate" shows them\n',
  )
  expect(project.trace()).toEqual([])
})

test('of more than twenty cycles the rest is counted, and the services on them are named', async () => {
  const project = new TestProject()
  for (let ring = 10; ring < 35; ring += 1) {
    project.component(`a${ring}`, `prerequisite: [b${ring}]\n`, { 'status.sh': '' })
    project.component(`b${ring}`, `prerequisite: [a${ring}]\n`, { 'status.sh': '' })
  }
  const { code, stderr } = await project.paictl('service', 'start', 'a10')
  expect(code).toBe(2)
  expect(stderr.match(/^error\[PAI-cycle\]/gm)).toHaveLength(20)
  expect(stderr).toContain(
    'error[PAI-more-cycles]: 5 more cycles are not shown; on them are also ' +
      '"a30", "a31", "a32", "a33", "a34", "b30", "b31", "b32", "b33", "b34"\n  --> components/a30/deploy/service.yaml:4:16\n',
  )
  const { stdout } = await project.paictl('validate', '--output', 'json')
  const found: { code: string; data: { services: string[] } }[] = JSON.parse(stdout).diagnostics
  expect(found.find((one) => one.code === 'PAI-more-cycles')?.data.services).toHaveLength(10)
  expect(project.trace()).toEqual([])
})

test('on oneself, twice, not there, excluded by the cluster type: each prerequisite is pointed at', async () => {
  const project = new TestProject()
  project.write(
    'cluster-config/services-configuration.yaml',
    'cluster:\n  common: {cluster-id: c, cluster-type: local}\n',
  )
  project.component('disks', 'cluster-type: [k8s]\n', { 'status.sh': '' })
  project.component('store', '', { 'status.sh': '' })
  project.component(
    'web',
    'prerequisite:\n  - web\n  - store\n  - {service: store, optional: true}\n  - stoer\n  - disks\n',
    { 'status.sh': '' },
  )
  expect(await project.paictl('service', 'start', 'web')).toEqual({
    code: 2,
    stdout: '',
    stderr: `error[PAI-self-prerequisite]: "web" needs itself
  --> components/web/deploy/service.yaml:5:5
   |
 5 |   - web
   |     ^^^
   = help: take its own name out of its prerequisites

error[PAI-duplicate-prerequisite]: "web" names the prerequisite "store" twice
  --> components/web/deploy/service.yaml:7:15
   |
 7 |   - {service: store, optional: true}
   |               ^^^^^
  ::: components/web/deploy/service.yaml:6:5 first given here
   |
 6 |   - store
   |     -----
   = help: take one of them out

error[PAI-unknown-prerequisite]: "web" needs "stoer", which is not a service
  --> components/web/deploy/service.yaml:8:5
   |
 8 |   - stoer
   |     ^^^^^
   = help: did you mean "store"?

error[PAI-excluded-prerequisite]: "web" needs "disks", which does not exist on cluster type "local"
  --> components/web/deploy/service.yaml:9:5
   |
 9 |   - disks
   |     ^^^^^
  ::: components/disks/deploy/service.yaml:4:15 where "disks" exists
   |
 4 | cluster-type: [k8s]
   |               -----
  ::: cluster-config/services-configuration.yaml:2:41 the cluster type
   |
 2 |   common: {cluster-id: c, cluster-type: local}
   |                                         -----
   = help: make the prerequisite optional, or add "local" to the cluster-type of "disks"

4 errors
For more about a problem: paictl explain PAI-self-prerequisite
`,
  })
  expect(project.trace()).toEqual([])
})
