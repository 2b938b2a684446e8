import { Misuse } from './functions.ts'
import type { Value } from './value.ts'
import { asText, isTruthy, member, typeOfValue, UNKNOWN } from './value.ts'

/** An argument that is evaluated when it is asked for: `optional` allows its last name to be absent. */
export type Argument = (optional: boolean) => Value

/** A helper that decides which of its arguments are evaluated, and which may be absent. */
export interface LazyFunction {
  readonly usage: string
  readonly least: number
  readonly most: number
  /** `optional`: it stands itself where a value may be absent. */
  readonly apply: (args: readonly Argument[], optional: boolean) => Value | Misuse
}

export const LAZY_FUNCTIONS: Readonly<Record<string, LazyFunction>> = {
  and: { usage: 'and a b', least: 1, most: 100, apply: (args, optional) => firstThat(args, optional, isFalsy) },
  or: { usage: 'or a b', least: 1, most: 100, apply: (args, optional) => firstThat(args, optional, isTruthy) },
  not: {
    usage: 'not value',
    least: 1,
    most: 1,
    apply: ([argument], optional) => {
      const value = argument?.(optional)
      return value === UNKNOWN ? value : !isTruthy(value)
    },
  },
  default: {
    usage: 'default value fallback',
    least: 2,
    most: 100,
    apply: (args) => {
      for (const [index, argument] of args.entries()) {
        const value = argument(index < args.length - 1)
        if (value !== undefined && value !== null) return value
      }
      return null
    },
  },
  lookup: {
    usage: 'lookup map key',
    least: 2,
    most: 2,
    apply: ([map, name]) => {
      const container = map?.(true)
      const key = name?.(false)
      if (container === UNKNOWN || key === UNKNOWN) return UNKNOWN
      const text = asText(key)
      if (text === undefined) return new Misuse(`takes a text or number as key, and this is ${typeOfValue(key)}`, 1)
      return member(container, text)?.value
    },
  },
}

const isFalsy = (value: Value): boolean => !isTruthy(value)

/** The first argument that decides, else the last; later ones are not evaluated. */
function firstThat(args: readonly Argument[], optional: boolean, decides: (value: Value) => boolean): Value {
  let value: Value
  for (const argument of args) {
    value = argument(optional)
    if (value === UNKNOWN || decides(value)) return value
  }
  return value
}
