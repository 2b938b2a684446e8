/**
 * An unknown word as the option that it was typed as, with its dashes; `undefined` where it was typed as a plain word.
 * `-l` may stand in `-al`, unless a longer option of that name (`--all` in `-all`) was meant: then all of it is the option.
 */
export function typedOption(name: string, argv: readonly string[], options: readonly string[]): string | undefined {
  const words = argv.map((word) => word.split('=')[0] ?? word)
  const whole = words.find((word) => word.startsWith('-') && word.replace(/^-+/, '') === name)
  if (whole !== undefined || name.length > 1) return whole
  const cluster = words.find((word) => /^-[^-]/.test(word) && word.includes(name))
  if (cluster === undefined) return undefined
  return options.includes(cluster.slice(1)) ? cluster : `-${name}`
}

/** Switches that were given a value other than true and false, with the value: `--yes=no` would not mean what it says. */
export function valuedSwitches(
  argv: readonly string[],
  switches: readonly string[],
): [option: string, value: string][] {
  const end = argv.indexOf('--')
  return (end === -1 ? argv : argv.slice(0, end)).flatMap((word) => {
    const [, option, name, value] = /^(--?([^=-][^=]*))=(.*)$/s.exec(word) ?? []
    const isWrong = name !== undefined && switches.includes(name) && value !== 'true' && value !== 'false'
    return option !== undefined && value !== undefined && isWrong ? [[option, value]] : []
  })
}
