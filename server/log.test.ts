import { expect, it } from 'vitest'

import { ConfigError } from './config/problem.ts'
import { createLog } from './log.ts'

function logged(format: 'auto' | 'json' | 'pretty', terminal = false) {
  const lines: string[] = []
  const log = createLog(
    { level: 'info', format, terminal, color: false },
    { write: (line: string) => void lines.push(line) },
  )
  return { log, lines }
}

it('writes one JSON object a line, with level and ISO time', () => {
  const { log, lines } = logged('auto')
  log.info({ id: 'a1', service: 'pong' }, 'opened')
  expect(lines[0]!.endsWith('\n')).toBe(true)
  expect(JSON.parse(lines[0]!)).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    id: 'a1',
    service: 'pong',
    msg: 'opened',
  })
})

it('is readable on a terminal, or when asked', () => {
  for (const { log, lines } of [logged('auto', true), logged('pretty')]) {
    log.warn({ id: 'a1' }, 'opened')
    expect(lines.join('')).toMatch(/^\[\d\d:\d\d:\d\d\.\d{3}\] WARN: opened \{"id":"a1"\}\n$/)
  }
})

it.each(['json', 'pretty'] as const)('writes no token as %s', (format) => {
  const { log, lines } = logged(format)
  log.info({ token: 'SECRET', headers: { authorization: 'SECRET', cookie: 'SECRET' } }, 'a')
  log.info({ req: { headers: { authorization: 'Bearer SECRET' } } }, 'b')
  log.info({ url: '/pong?token=SECRET&view=json', protocols: 'sockgate.json, sockgate.bearer.SECRET' }, 'c')
  log.error({ err: new Error('failed: Authorization: Bearer SECRET') }, 'd')
  expect(lines.join('')).not.toContain('SECRET')
  expect(lines.join('')).toContain('view=json')
})

it('says what is wrong with a configuration, without a stack', () => {
  const err = new ConfigError([{ where: 'a.yaml:1:2', message: 'unknown key "x".' }])
  const json = logged('json')
  json.log.error({ err }, 'not usable')
  expect(JSON.parse(json.lines[0]!).err).toEqual({ type: 'ConfigError', message: 'a.yaml:1:2: unknown key "x".' })
  const pretty = logged('pretty')
  pretty.log.error({ err }, 'not usable')
  expect(pretty.lines.join('')).toContain('a.yaml:1:2')
  expect(pretty.lines.join('')).not.toContain('    at ')
  json.log.error({ err: new Error('other') }, 'broken')
  expect(JSON.parse(json.lines[1]!).err).toMatchObject({ message: 'other', stack: expect.stringContaining('    at ') })
})

it('changes its level', () => {
  const { log, lines } = logged('json')
  log.debug('one')
  log.level = 'debug'
  log.debug('two')
  expect(lines).toHaveLength(1)
})
