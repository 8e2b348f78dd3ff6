import { expect, test } from 'vitest'

import { parseServiceOption } from './service-option.ts'
import { parseTarget, ServiceError } from './target.ts'

test.each([
  ['unix:pong', 'unix:pong', 'pong'],
  ['unix://pong', 'unix:pong', 'pong'],
  ['unix:///pong', 'unix:pong', 'pong'],
  ['unix://audio/pulse', 'unix:audio/pulse', 'audio/pulse'],
  ['unix:/run/x.sock', 'unix:/run/x.sock', '/run/x.sock'],
  ['unix:/run//a/../x.sock', 'unix:/run/x.sock', '/run/x.sock'],
])('%s is %s', (text, uri, address) => {
  expect(parseTarget(text)).toEqual({ uri, address })
})

test.each([
  ['pong', 'no scheme'],
  ['', 'no scheme'],
  ['tcp://127.0.0.1:1', '"tcp:" are not supported; supported are unix:NAME'],
  ['unix:', 'empty'],
  ['unix:../x', 'dot'],
  ['unix:////x', 'start with "/"'],
  ['unix:///../x', 'dot'],
  ['unix:/', 'directory'],
  ['unix:/run/', 'directory'],
  ['unix:/a\0b', 'visible'],
  [`unix:/${'x'.repeat(107)}`, 'at most 107 bytes'],
])('%j is refused: %s', (text, why) => {
  expect(() => parseTarget(text)).toThrow(ServiceError)
  expect(() => parseTarget(text)).toThrow(why)
})

test('reads every setting', () => {
  const text =
    'pong=unix:/run/p.sock,codec=libipc,text,barrier=false,compression=true,halfClose,maxMessageBytes=64KiB,maxConnections=5'
  expect(parseServiceOption(text)).toEqual([
    'pong',
    {
      target: 'unix:/run/p.sock',
      codec: 'libipc',
      text: true,
      barrier: false,
      compression: true,
      halfClose: true,
      maxMessageBytes: 65_536,
      maxConnections: 5,
    },
  ])
  expect(parseServiceOption('a=unix://b')).toEqual(['a', { target: 'unix:b' }])
})

test.each([
  ['pong', 'write NAME=URI'],
  ['=unix:a', 'empty'],
  ['../a=unix:a', 'dot'],
  ['-/a=unix:a', 'gateway'],
  ['a=', 'no scheme'],
  ['a=unix:b,colour=red', 'no setting "colour"; there are codec, text'],
  ['a=unix:b,__proto__=x', 'no setting'],
  ['a=unix:b,', 'no setting ""'],
  ['a=unix:b,text,text=false', 'text twice'],
  ['a=unix:b,text=yes', 'service "a", text: "yes" is neither true nor false'],
  ['a=unix:b,codec', 'value is missing'],
  ['a=unix:b,maxMessageBytes=64KB', 'service "a", maxMessageBytes: '],
  ['a=unix:b,maxConnections=-1', 'not a whole number'],
])('%j is refused: %s', (text, why) => {
  expect(() => parseServiceOption(text)).toThrow(ServiceError)
  expect(() => parseServiceOption(text)).toThrow(why)
})
