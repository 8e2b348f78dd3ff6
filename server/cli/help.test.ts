import { describe, expect, it } from 'vitest'

import { TestShell } from '../testing/shell.ts'
import { everyCommand } from './reference.ts'
import { buildProgram, run } from './run.ts'

const shell = new TestShell()
const all = everyCommand(buildProgram(shell)).map((command) => {
  const path: string[] = []
  for (let at = command; at.parent !== null; at = at.parent) path.unshift(at.name())
  return [path, command] as const
})

it('there are the commands that the documentation promises', () => {
  const names = all.map(([path]) => path.join(' '))
  const rules = 'show add move rm apply export check confirm rollback undo restore history'.split(' ')
  expect(names).toEqual(expect.arrayContaining(rules.map((name) => `rules ${name}`)))
  const accounts = ['user add', 'user passwd', 'user rm', 'user list', 'token add', 'token rm', 'token list']
  const others = ['serve', 'list', 'connections', 'close', 'explain', 'export', 'import', 'doctor']
  expect(names).toEqual(expect.arrayContaining([...accounts, ...others]))
})

describe.each(all)('%j', (path, command) => {
  it('has a help with description, example and a word on every option', async () => {
    const own = new TestShell({ columns: 80, rows: 24 })
    expect(await run([...path, '--help'], own)).toBe(0)
    const text = own.stdout.text
    expect(own.stderr.text).toBe('')
    expect(text).toContain(`Usage: ${['sockgate', ...path].join(' ')}`)
    expect(command.description().length).toBeGreaterThan(8)
    const [, examples = ''] = text.split(/^Examples?:\n/m)
    // A group may show those of its commands.
    expect(examples).toMatch(new RegExp(`^ {2}sockgate ${path.join(' ')}`))
    for (const option of command.options) {
      expect(text).toContain(option.long)
      expect(option.description.length).toBeGreaterThan(8)
    }
    expect(text.split('\n').filter((line) => line.length > 120)).toEqual([])
    expect(text).not.toContain('\u001b')
  })

  it('prints data as JSON when it talks to a gateway', () => {
    const long = command.options.map((option) => option.long)
    if (long.includes('--data') && path[0] !== 'serve') expect(long).toContain('--json')
  })
})
