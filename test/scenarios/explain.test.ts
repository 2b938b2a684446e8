import { expect, test } from 'vitest'
import { EXPLANATIONS } from '../../src/ui/explanations.ts'
import { TestProject } from '../rig/project.ts'

test.each(['PAI-cycle', 'cycle', 'pai-CYCLE', 'Cycle'])(
  'explain %s says what it means, without a project',
  async (code) => {
    const project = new TestProject()
    const { code: exit, stdout, stderr } = await project.spawn(['explain', code], { cwd: '/' }).finished
    expect([exit, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^PAI-cycle: services need each other in a cycle\n/)
    expect(stdout).toMatch(/\nWhat to do\n\n {2}Take one edge out\./)
  },
)

test('an unknown code is refused with the nearest one', async () => {
  const { code, stdout, stderr } = await new TestProject().paictl('explain', 'PAI-cylce')
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toBe(
    'error[PAI-unknown-code]: there is no code "PAI-cylce"\n' +
      '   = help: did you mean "PAI-cycle"?\n\n' +
      '1 error\nFor more about a problem: paictl explain PAI-unknown-code\n',
  )
})

test('without a code, all of them are listed, a line each', async () => {
  const { code, stdout } = await new TestProject().paictl('explain')
  expect(code).toBe(0)
  const listed = stdout.match(/^ {2}PAI-[a-z-]+ /gm)?.map((line) => line.trim().replace('PAI-', ''))
  expect(listed?.sort()).toEqual(Object.keys(EXPLANATIONS).sort())
})

test('as JSON, a code has its texts and its example, and the list the area and the summary of each', async () => {
  const project = new TestProject()
  const one = JSON.parse((await project.paictl('explain', 'self-prerequisite', '--output', 'json')).stdout)
  expect(one).toEqual({ v: 1, code: 'PAI-self-prerequisite', ...EXPLANATIONS['self-prerequisite'] })
  const { codes } = JSON.parse((await project.paictl('explain', '--output', 'json')).stdout)
  expect(codes).toContainEqual({
    code: 'PAI-self-prerequisite',
    area: 'The service graph',
    summary: 'a service needs itself',
  })
  expect(codes).toHaveLength(Object.keys(EXPLANATIONS).length)
})
