import { execFileSync, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { removeTree } from '../../src/io/state/remove-tree.ts'
import { temporary, writeTree } from './rig.ts'

describe('removing a tree', () => {
  it('removes links, and leaves what they lead to', () => {
    const [top, outside] = [temporary(), temporary()]
    writeTree(outside, { precious: 'yes', 'deep/precious': 'yes' })
    writeTree(top, { 'data/deep/file': '' })
    symlinkSync(outside, join(top, 'data/directory'))
    symlinkSync(join(outside, 'precious'), join(top, 'data/deep/file-link'))
    symlinkSync('nowhere', join(top, 'data/dangling'))
    removeTree(join(top, 'data'))
    expect(readdirSync(top)).toEqual([])
    symlinkSync(outside, join(top, 'data'))
    removeTree(join(top, 'data'))
    expect(readdirSync(top)).toEqual([])
    expect(readFileSync(join(outside, 'deep/precious'), 'utf8')).toBe('yes')
    expect(() => removeTree(join(top, 'none'))).not.toThrow()
  })

  it('takes names that are no text, and those with line ends', () => {
    const top = temporary()
    const data = join(top, 'data')
    mkdirSync(join(data, 'two\nlines'), { recursive: true })
    writeFileSync(join(data, 'two\nlines', ' \\ \'"$x'), '')
    mkdirSync(Buffer.concat([Buffer.from(`${data}/`), Buffer.from([0xff, 0xfe])]))
    writeFileSync(Buffer.concat([Buffer.from(`${data}/`), Buffer.from([0xff, 0xfe, 0x2f, 0xc0])]), '')
    removeTree(data)
    expect(readdirSync(top)).toEqual([])
  })

  it.each([
    ['short', 'd'],
    ['long', 'directory-'.repeat(20)],
  ])('goes 5,000 levels down by %s names', (_, name) => {
    const top = temporary()
    // A path as long as that cannot be made in one piece.
    execFileSync('python3', ['-c', DIG, top, name])
    removeTree(join(top, 'data'))
    expect(readdirSync(top)).toEqual([])
  })

  it('removes 100,000 files', () => {
    // In memory, where there is some: to make them takes longer than to remove them.
    const top = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'paictl-io-'))
    try {
      execFileSync('bash', ['-c', 'mkdir "$0/data" && cd "$0/data" && seq 100000 | xargs touch', top])
      removeTree(join(top, 'data'))
      expect(readdirSync(top)).toEqual([])
    } finally {
      rmSync(top, { recursive: true })
    }
  })

  it.skipIf(process.getuid?.() !== 0)('removes what its owner may not write (needs root and setpriv)', () => {
    const top = temporary()
    const program = join(top, 'remove.mjs')
    const esbuild = join(process.cwd(), 'node_modules/.bin/esbuild')
    const source = `import { removeTree } from ${JSON.stringify(join(process.cwd(), 'src/io/state/remove-tree.ts'))}
removeTree(process.argv[2])`
    const bundle = ['--bundle', '--platform=node', '--format=esm', `--outfile=${program}`]
    expect(spawnSync(esbuild, bundle, { input: source }).status).toBe(0)
    const script = `mkdir -p "$0/data/a/b/c" && touch "$0/data/a/f" "$0/data/a/b/f" && chmod 500 "$0/data/a" && chmod 0 "$0/data/a/b" &&
      chmod 755 "$0" && chmod 644 "$1" && chown -R 65534 "$0"`
    execFileSync('bash', ['-c', script, top, program])
    const as = ['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath, program, join(top, 'data')]
    expect(String(spawnSync('setpriv', as).stderr)).toBe('')
    expect(existsSync(join(top, 'data'))).toBe(false)
  })

  it.skipIf(!canMount())('leaves what is mounted inside (needs the right to mount)', () => {
    const top = temporary()
    writeTree(top, { 'data/a/x': '', 'data/disk/x': '' })
    const disk = join(top, 'data/disk')
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', disk])
    try {
      writeFileSync(join(disk, 'precious'), 'yes')
      expect(() => removeTree(join(top, 'data'))).toThrow(`${disk}: a file system is mounted there`)
      expect(readFileSync(join(disk, 'precious'), 'utf8')).toBe('yes')
    } finally {
      execFileSync('umount', [disk])
    }
    removeTree(join(top, 'data'))
    expect(readdirSync(top)).toEqual([])
  })
})

const DIG = `
import os, sys
os.chdir(sys.argv[1])
os.mkdir('data')
os.chdir('data')
for _ in range(5000):
    os.mkdir(sys.argv[2])
    os.chdir(sys.argv[2])
open('file', 'w').close()
`

function canMount(): boolean {
  const probe = 'd=$(mktemp -d) && mount -t tmpfs tmpfs "$d" && umount "$d"; s=$?; rmdir "$d"; exit $s'
  return spawnSync('bash', ['-c', probe]).status === 0
}
