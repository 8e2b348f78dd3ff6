import { expect, it } from 'vitest'

import { parsePeer } from '../../shared/policy/conditions/index.ts'
import { parseFacts } from '../../shared/policy/facts.ts'
import { parseLine } from '../../shared/policy/line-parse.ts'
import { connectionInfo } from '../testing/connection-info.ts'
import { ruleLine, testLine } from './from-connection.ts'

const refused = { code: 'policy-denied', close: 403, detail: 'no', at: 0 } as const

it.each([
  [{ user: 'anna', peer: '10.0.0.5:1' }, 'allow in pong user:anna'],
  [{ peer: '10.0.0.5:52100' }, 'allow in pong 10.0.0.5'],
  [{ peer: '[2001:db8:0:7:1:2:3:4]:443' }, 'allow in pong 2001:db8:0:7::/64'],
  [{ peer: '[fe80::1%eth0]:443' }, 'allow in pong fe80::/64'],
  [{ peer: '[::1]:443' }, 'allow in pong ::1'],
  [{ peer: '[::ffff:10.0.0.5]:443' }, 'allow in pong 10.0.0.5'],
  [{ peer: 'uid 1000, pid 4242' }, 'allow in pong uid:1000'],
  [{ peer: '' }, 'allow in pong *'],
  [{ service: '', peer: '10.0.0.5:1' }, 'allow in * 10.0.0.5'],
  [{ service: 'a b', peer: '10.0.0.5:1' }, 'allow in * 10.0.0.5'],
])('makes the rule that names a client best: %j', (fields, line) => {
  const made = ruleLine(connectionInfo('c1', fields), 'allow')
  expect(made).toBe(line)
  const parsed = parseLine(made)
  expect(parsed).toMatchObject({ list: 'rules', value: { action: 'allow', direction: 'in' } })
  expect(() => parsePeer((parsed.value as { peer: string }).peer)).not.toThrow()
})

it.each([
  [
    { user: 'anna', origin: 'https://app.example' },
    'test allow in pong user:anna 127.0.0.1 origin:https://app.example',
  ],
  [{ peer: 'uid 1000, pid 4242' }, 'test allow in pong uid:1000'],
  [{ state: 'refused', ending: refused, peer: '' }, 'test deny in pong'],
  [{ state: 'refused', ending: { ...refused, code: 'connect-failed' }, peer: '' }, 'test allow in pong'],
  [{ service: 'a b', peer: '' }, 'test allow in SERVICE'],
  [{ origin: 'https://a b', peer: '' }, 'test allow in pong'],
] as const)('makes the test that the same client gets the same answer: %j', (fields, line) => {
  const made = testLine(connectionInfo('c1', fields as object))
  expect(made).toBe(line)
  const { list, value } = parseLine(made)
  expect(list).toBe('tests')
  expect(() => parseFacts('in', 'pong', (value as { peer?: string }).peer ?? '*')).not.toThrow()
})
