import { expect, test } from 'vitest'

import { joinRuleWords } from './rule-words.ts'

test("ipcd's own command line: words join their option, in order", () => {
  const line =
    'serve --allow in authd tls:example.com --deny in * * --allow out pong tls:pong.example.com:9000 --timer 5s --redirect authd nextversion-authd'
  expect(joinRuleWords(line.split(' '))).toEqual([
    'serve',
    '--rule=allow in authd tls:example.com',
    '--rule=deny in * *',
    '--rule=allow out pong tls:pong.example.com:9000',
    '--timer',
    '5s',
    '--rule=redirect authd nextversion-authd',
  ])
})

test('one quoted value, a value behind =, nothing, and what stands behind --', () => {
  expect(joinRuleWords(['serve', '--deny', 'in pong 10.0.0.0/8'])).toEqual(['serve', '--rule=deny in pong 10.0.0.0/8'])
  expect(joinRuleWords(['serve', '--allow=in pong', 'user:anna'])).toEqual(['serve', '--rule=allow in pong user:anna'])
  expect(joinRuleWords(['serve', '--deny', '--demo'])).toEqual(['serve', '--rule=deny', '--demo'])
  expect(joinRuleWords(['serve', '--', '--allow', 'x'])).toEqual(['serve', '--', '--allow', 'x'])
})

test('other commands have their own', () => {
  const args = ['rules', 'add', '--deny', 'in', 'pong']
  expect(joinRuleWords(args)).toEqual(args)
})
