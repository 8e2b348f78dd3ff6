import { expect, test } from 'vitest'

import { checkDefinedName, parseTarget, ServiceError } from './target.ts'

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

test.each([
  ['', 'empty'],
  ['../a', 'dot'],
  ['-/a', "gateway's own"],
  ['-', "gateway's own"],
])('%j is no name to define: %s', (name, why) => {
  expect(() => checkDefinedName(name)).toThrow(why)
  expect(() => checkDefinedName('a/b-')).not.toThrow()
})
