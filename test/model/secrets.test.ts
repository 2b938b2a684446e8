import { describe, expect, test } from 'vitest'
import { Secrets } from '../../src/model/secrets.ts'

function knowing(...values: string[]): Secrets {
  const secrets = new Secrets()
  secrets.add(values)
  return secrets
}

describe('a secret', () => {
  test.each([
    ['as it is', 'token=hunter22!', 'token=***'],
    ['in a URL', 'http://u:hunter22!@h', 'http://u:***@h'],
    ['in base64, alone', Buffer.from('hunter22!').toString('base64'), '***'],
  ])('is masked %s', (_how, text, masked) => {
    expect(knowing('hunter22!').mask(text)).toBe(masked)
  })

  test('is masked in every form that a template gives it', () => {
    const secret = `p"a's s\n&w`
    const secrets = knowing(secret)
    for (const form of [
      JSON.stringify(secret),
      `'${secret.replaceAll("'", "'\\''")}'`,
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64'),
      Buffer.from(`user:${secret}`).toString('base64'),
      Buffer.from(`x${secret}\n`).toString('base64'),
    ]) {
      expect(secrets.isIn(form), form).toBe(true)
      expect(secrets.mask(form), form).toContain('***')
    }
  })

  test('is masked line by line', () => {
    expect(knowing('first line\nsecond line').mask('> second line\n> first line')).toBe('> ***\n> ***')
  })

  test('is masked whole where another one is a part of it', () => {
    expect(knowing('hunter', 'hunter22').mask('hunter22 hunter')).toBe('*** ***')
  })

  test('of less than four characters is not masked', () => {
    expect(knowing('abc').mask('abc')).toBe('abc')
  })

  test('is masked in texts and keys of plain data, of a configuration in numbers too', () => {
    const secrets = knowing('80801')
    expect(secrets.maskData({ a: [80801, 'x80801'] })).toEqual({ a: [80801, 'x***'] })
    expect(secrets.maskConfiguration({ a: [80801, 'x80801', null, true], 'k-80801': { b: 1 } })).toEqual({
      a: ['***', 'x***', null, true],
      'k-***': { b: 1 },
    })
  })
})

test('without secrets nothing is copied', () => {
  const data = { a: 1 }
  expect(new Secrets().maskData(data)).toBe(data)
})
