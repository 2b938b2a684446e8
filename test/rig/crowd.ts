/** One of a thousand: a service that does nothing but leave its trace. */
export interface CrowdMember {
  readonly name: string
  readonly prerequisites: readonly string[]
  readonly fails: boolean
}

/**
 * `count` services, each needing at most one before it, of which every tenth fails at its start, drawn by `random`. `late`:
 * only such ones fail as nobody needs; those come last.
 */
export function crowd(count: number, random: () => number, late = false): readonly CrowdMember[] {
  const nameOf = (index: number): string => `n${String(index).padStart(4, '0')}`
  const members = Array.from({ length: count }, (_, index) => ({
    name: nameOf(index),
    prerequisites: index > 0 && random() < 0.7 ? [nameOf(Math.floor(random() * index))] : [],
    fails: random() < 0.1,
  }))
  const needed = new Set(members.flatMap(({ prerequisites }) => prerequisites))
  return late ? members.map((one) => ({ ...one, fails: one.fails && !needed.has(one.name) })) : members
}

/** The files of a member, by their path in the project. */
export function crowdFiles({ name, prerequisites, fails }: CrowdMember): ReadonlyMap<string, string> {
  const deploy = `components/${name}/deploy`
  return new Map([
    [
      `${deploy}/service.yaml`,
      `prerequisite: [${prerequisites.join(', ')}]\nstart-script: start.sh\nstop-script: stop.sh\n`,
    ],
    [`${deploy}/start.sh`, script('start', fails ? 1 : 0)],
    [`${deploy}/stop.sh`, script('stop', 0)],
  ])
}

const script = (operator: string, code: number): string => {
  const say = (what: string): string => `echo "${what} ${operator} $PAICTL_SERVICE $$ $PAICTL_RUN_ID`
  return `#!/bin/sh\n${say('begin')}" >> "$ARENA/trace"\n${say('end')} ${code}" >> "$ARENA/trace"\nexit ${code}\n`
}
