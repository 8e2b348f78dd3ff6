import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import * as fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'

import type { Limits } from '../gateway/limits.ts'
import { readConfig } from './config.ts'
import type { Config, ConfigSources } from './config.ts'
import { diffConfig } from './diff.ts'
import { loadConfig } from './load.ts'
import { ConfigError } from './problem.ts'

const bare: ConfigSources = { flags: {}, env: { HOME: '/home/ann' }, uid: 0, cwd: '/work', file: null }

function fromFile(text: string, more: Partial<ConfigSources> = {}): Config {
  return readConfig({ ...bare, ...more, file: { path: '/etc/gate/sockgate.yaml', name: 'sockgate.yaml', text } })
}

function fromFlags(flags: ConfigSources['flags'], more: Partial<ConfigSources> = {}): Config {
  return readConfig({ ...bare, ...more, flags })
}

function problemsOf(work: () => unknown): string[] {
  try {
    work()
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ where, message }) => `${where}: ${message}`)
    throw error
  }
  return []
}

describe('defaults', () => {
  it('are those of the reference', () => {
    expect(readConfig(bare)).toEqual({
      configFile: null,
      sources: new Map(),
      listen: ['ws://127.0.0.1:8080'],
      tlsCert: null,
      tlsKey: null,
      tlsClientCa: null,
      policyFile: null,
      rules: { redirects: [], rules: [] },
      admin: { host: '127.0.0.1', port: 8081 },
      rundir: '/run/ipc',
      data: '/home/ann/.local/state/sockgate',
      codec: 'raw',
      services: new Map(),
      demo: false,
      origins: [],
      missingOrigin: 'allow',
      hosts: [],
      timerMs: 25_000,
      handshakeTimeoutMs: 10_000,
      connectTimeoutMs: 5000,
      idleTimeoutMs: 0,
      stallTimeoutMs: 50_000,
      drainTimeoutMs: 30_000,
      maxMessageBytes: 16_777_216,
      maxBufferedBytes: 1_048_576,
      maxConnections: 10_000,
      logLevel: 'info',
      logFormat: 'auto',
    } satisfies Config)
  })

  it('are frozen, and hold the gateway limits', () => {
    const config = readConfig(bare)
    const limits: Limits = config
    expect(limits.timerMs).toBe(25_000)
    expect(Object.isFrozen(config)).toBe(true)
  })

  it('take the directories of the user', () => {
    const env = { XDG_RUNTIME_DIR: '/run/user/1000', XDG_STATE_HOME: '/home/ann/state' }
    expect(readConfig({ ...bare, env, uid: 1000 })).toMatchObject({
      rundir: '/run/user/1000/ipc',
      data: '/home/ann/state/sockgate',
    })
  })

  it('say what to name when there is none', () => {
    expect(problemsOf(() => readConfig({ ...bare, env: {}, uid: 1000 }))).toEqual([
      '--rundir: there is no default, as XDG_RUNTIME_DIR is not set: name the directory with --rundir DIR',
      '--data: there is no default, as neither XDG_STATE_HOME nor HOME is set: name the directory with --data DIR',
    ])
  })

  it('with --demo need no run dir, but take one', () => {
    const poor = { ...bare, uid: 1000 }
    expect(readConfig({ ...poor, flags: { demo: ['true'] } }).rundir).toBeNull()
    expect(fromFile('demo: true', { uid: 1000 }).rundir).toBeNull()
    expect(readConfig({ ...poor, flags: { demo: ['true'], rundir: ['ipc'] } }).rundir).toBe('/work/ipc')
    expect(readConfig({ ...poor, flags: { demo: ['true'] }, env: { ...bare.env, RUNDIR: '/r' } }).rundir).toBe('/r')
  })
})

describe('precedence', () => {
  it('is command line, environment, file, default', () => {
    const text = 'rundir: /file\ntimer: 1s\ncodec: line'
    const env = { ...bare.env, IPC_RUNDIR: '/env1', RUNDIR: '/env2' }
    expect(fromFile(text, { env, flags: { rundir: ['/flag'], timer: ['2s'] } })).toMatchObject({
      rundir: '/flag',
      timerMs: 2000,
      codec: 'line',
      connectTimeoutMs: 5000,
    })
    expect(fromFile(text, { env }).rundir).toBe('/env1')
    expect(fromFile(text, { env: { ...bare.env, IPC_RUNDIR: '', RUNDIR: '/env2' } }).rundir).toBe('/env2')
    expect(fromFile(text).rundir).toBe('/file')
  })

  it('replaces lists whole, and services by name', () => {
    const text = 'listen: [ws://127.0.0.1:1, "ws://[::1]:2"]\nservices: { a: unix:one, b: unix:two }'
    const config = fromFile(text, { flags: { listen: ['ws://127.0.0.1:3'], service: ['b=unix:three', 'c=unix:four'] } })
    expect(config.listen).toEqual(['ws://127.0.0.1:3'])
    expect([...config.services]).toEqual([
      ['a', { target: 'unix:one' }],
      ['b', { target: 'unix:three' }],
      ['c', { target: 'unix:four' }],
    ])
  })

  it('starts relative paths of the file beside the file', () => {
    expect(fromFile('data: state\nrundir: ../ipc')).toMatchObject({ data: '/etc/gate/state', rundir: '/etc/ipc' })
    expect(fromFlags({ data: ['state'] }).data).toBe('/work/state')
  })

  it('takes the last of an option that is given twice, and doubles of a list once', () => {
    const config = fromFlags({ timer: ['1s', '2s'], origin: ['https://a.example', 'HTTPS://A.example:443'] })
    expect(config.timerMs).toBe(2000)
    expect(config.origins).toEqual(['https://a.example'])
  })
})

describe('the file', () => {
  it('may say everything', () => {
    const config = fromFile(`# comment
listen:
  - ws://127.0.0.1:0
  - ws+unix:///run/gate.sock
admin: off
idle-timeout: 0
max-connections: 20
max-message: 4096
origins: https://app.example
host: [gate.example, "gate.example:8443"]
missing-origin: deny
services:
  pong: &pong
    target: unix:///pong
    codec: libipc
    text: true
    half-close: true
    max-message: 64KiB
    max-connections: 5
  pong2: *pong
  audio/pulse: unix:/run/pulse/native
  a=b: unix:c,codec=line
`)
    expect(config).toMatchObject({
      listen: ['ws://127.0.0.1:0', 'ws+unix:///run/gate.sock'],
      admin: null,
      idleTimeoutMs: 0,
      maxConnections: 20,
      maxMessageBytes: 4096,
      origins: ['https://app.example'],
      hosts: ['gate.example', 'gate.example:8443'],
      missingOrigin: 'deny',
    })
    const pong = {
      target: 'unix:pong',
      codec: 'libipc',
      text: true,
      halfClose: true,
      maxMessageBytes: 65_536,
      maxConnections: 5,
    }
    expect(Object.fromEntries(config.services)).toEqual({
      pong,
      pong2: pong,
      'audio/pulse': { target: 'unix:/run/pulse/native' },
      'a=b': { target: 'unix:c', codec: 'line' },
    })
  })

  it.each(['', '# nothing', '---\n', '{}'])('%j says nothing', (text) => {
    expect(fromFile(text)).toEqual({ ...readConfig(bare), configFile: '/etc/gate/sockgate.yaml' })
  })

  it.each([
    ['tmier: 25s', '1:1: unknown key "tmier". Did you mean "timer"?'],
    ['origns: []', '1:1: unknown key "origns". Did you mean "origins"?'],
    ['target: unix:x', '1:1: unknown key "target". It belongs to an entry below "services".'],
    ['zebra: 1', '1:1: unknown key "zebra". Keys are the options that "sockgate serve --help" lists, without dashes.'],
    [
      '__proto__: 1',
      '1:1: unknown key "__proto__". Keys are the options that "sockgate serve --help" lists, without dashes.',
    ],
    ['config: x.yaml', '1:1: "config" is only for the command line'],
    ['timer: 25', '1:8: timer: "25" has no unit: write 25ms, 25s, 25m or 25h'],
    ['timer:', '1:7: timer: a value is expected here'],
    ['timer: [1s]', '1:8: timer: one value is expected here, not a list'],
    ['max-connections: 1e3', '1:18: max-connections: "1e3" is not a whole number'],
    ['connect-timeout: 0', '1:18: connect-timeout: "0" would wait for ever: write at least 1ms'],
    ['timer: 600h', '1:8: timer: "600h" is too long: at most 596h'],
    ['codec: libpic', '1:8: codec: "libpic" is none of length32, libipc, libipc-b, line, netstring, raw'],
    ['demo: yes', '1:7: demo: "yes" is neither true nor false'],
    ['timer: 1s\ntimer: 2s', '2:1: the key "timer" is there already, on line 1: keep one of the two'],
    [
      'services:\n  a: unix:a\n  b: unix:b\n  a: unix:c',
      '4:3: the key "a" is there already, on line 2: keep one of the two',
    ],
    [
      'origins: [a',
      '1:12: "[" is not closed: "]" is missing here; flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    [
      'services: {',
      '1:12: "{" is not closed: "}" is missing here; flow map in block collection must be sufficiently indented and end with a }',
    ],
    [
      'services:\n  x: { target: unix:x, zebra: 1 }',
      '2:24: x: unknown key "zebra" of a service. Known are target, codec, text, barrier, compression, half-close, max-message, max-connections.',
    ],
    ['origin: []\norigins: []', '2:1: "origins" and "origin" are the same option'],
    ['- timer', '1:1: the file must hold options, one on a line, such as "timer: 25s"'],
    ['timer: "25s', '1:12: a quoted text is not closed: " is missing here; missing closing "quote'],
    ['timer: !secret 1s', '1:8: unresolved tag: !secret'],
    ['services: 5', '1:11: services: services are expected here by name, such as "pong: unix:/run/pong.sock"'],
    [
      'services:\n  ../x: unix:x',
      '2:3: "../x" can\'t be a service: no part of a service name may start with a dot, as ".." does',
    ],
    ['services:\n  -/x: unix:x', '2:3: "-/x" can\'t be a service: names below "/-/" are the gateway\'s own'],
    ['services:\n  x: { codec: raw }', '2:3: x: "target" is missing, such as "target: unix:/run/pong.sock"'],
    ['services:\n  x: { target: unix:x, txt: true }', '2:24: x: unknown key "txt" of a service. Did you mean "text"?'],
    [
      'services:\n  x:\n    target: tcp://h:1',
      '3:13: x: target: targets with "tcp:" are not supported; supported are unix:NAME (a socket of the run dir) and unix:/absolute/path',
    ],
    [
      'services:\n  x: pong',
      '2:6: x: "pong" is no target: it has no scheme; supported are unix:NAME (a socket of the run dir) and unix:/absolute/path',
    ],
  ])('%j is refused', (text, problem) => {
    expect(problemsOf(() => fromFile(text))).toEqual([`sockgate.yaml:${problem}`])
  })

  it('is called what the user called it', () => {
    const cwd = mkdtempSync(join(tmpdir(), 'sockgate-'))
    onTestFinished(() => rmSync(cwd, { recursive: true }))
    mkdirSync(join(cwd, 'etc'))
    writeFileSync(join(cwd, 'etc', 'gate.yaml'), 'timer: 1')
    const load = () => loadConfig({ ...bare, cwd, flags: { config: ['etc/gate.yaml'] } })
    expect(problemsOf(load)).toEqual([expect.stringMatching(/^etc\/gate\.yaml:1:8: timer: /)])
  })

  it('is told all that is wrong at once, together with the command line', () => {
    const text = 'timer: soon\nservices:\n  x: { target: unix:x, codec: no }\nlog-levl: info\n'
    expect(problemsOf(() => fromFile(text, { flags: { codec: ['yes'] } }))).toEqual([
      expect.stringMatching(/^sockgate.yaml:1:8: timer: "soon" is not a duration/),
      expect.stringMatching(/^sockgate.yaml:3:31: x: codec: "no" is none of/),
      'sockgate.yaml:4:1: unknown key "log-levl". Did you mean "log-level"?',
      expect.stringMatching(/^--codec: "yes" is none of/),
    ])
  })

  it('is not read when it is huge, and lists at most 20 problems', () => {
    expect(problemsOf(() => fromFile('#'.repeat(1024 * 1024 + 1)))).toHaveLength(1)
    const many = Array.from({ length: 30 }, (_, i) => `unknown${i}: 1`).join('\n')
    expect(() => fromFile(many)).toThrow(/unknown19[^]*\nand 10 more$/)
  })

  it('cannot blow up by aliases', () => {
    const layers = Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]`)
    expect(problemsOf(() => fromFile(`a0: &a0 [x]\n${layers.join('\n')}\norigins: *a30`)).length).toBeGreaterThan(30)
    expect(problemsOf(() => fromFile('origins: &a [*a]'))).toHaveLength(1)
  })

  it('never throws anything but a ConfigError', () => {
    const piece = fc.constantFrom(
      'timer',
      'services',
      'origins',
      ': ',
      '\n',
      '  ',
      '- ',
      '{',
      '}',
      '[',
      '*a ',
      '&a ',
      '25s',
      '"',
      '!x',
      '? ',
      '<<',
      '|\n',
    )
    const text = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')),
    )
    fc.assert(
      fc.property(text, (yaml) => {
        for (const problem of problemsOf(() => fromFile(yaml))) expect(problem).toMatch(/^sockgate.yaml:\d+:\d+: /)
      }),
    )
  })
})

describe('values', () => {
  it.each([
    ['listen', 'ws://LOCALHOST:80/', ['ws://localhost:80']],
    ['listen', 'ws://[::1]:0', ['ws://[::1]:0']],
    ['listen', 'WSS://gate.example:443/', ['wss://gate.example:443']],
    ['listen', 'ws+unix:///run/g.sock', ['ws+unix:///run/g.sock']],
    ['admin', '[::1]:9000', { host: '::1', port: 9000 }],
    ['admin', 'off', null],
  ] as const)('--%s %s', (name, text, value) => {
    const tls = { 'tls-cert': ['cert.pem'], 'tls-key': ['key.pem'] }
    expect(fromFlags({ ...tls, [name]: [text] })[name]).toEqual(value)
  })

  it.each([
    ['listen', 'tls://h:1', '"tls://h:1": "tls" is not available in this version; use ws, wss or ws+unix'],
    ['listen', 'ipc:', '"ipc:": "ipc" is not available in this version; use ws, wss or ws+unix'],
    ['listen', 'wss://h', '"h" has no port: write h:8080, or h:0 for a free one'],
    ['listen', '8080', '"8080" is no address to listen on: write ws://127.0.0.1:8080 or ws+unix:///run/gate.sock'],
    ['listen', 'ws://h', '"h" has no port: write h:8080, or h:0 for a free one'],
    ['listen', 'ws://h:99999', '"h:99999": a port is a number from 0 to 65535'],
    ['listen', 'ws://[::1::]:1', '"[::1::]:1": [::1::] is not an IPv6 address'],
    ['listen', 'ws://h:1/x', '"h:1/x" is not HOST:PORT, such as 127.0.0.1:8080, localhost:8080 or [::1]:8080'],
    ['listen', 'ws+unix://g.sock', '"g.sock" is no absolute path: start it with "/"'],
    ['listen', 'ws+unix:///a?b', '"/a?b" holds "?", which the path of a listener must not'],
    ['admin', 'on', '"on" has no port: write on:8080, or on:0 for a free one'],
    ['origin', '*', '"*" is not an origin: write scheme, host and port alone, such as https://app.example:8443'],
    ['origin', 'null', '"null" is not an origin: write scheme, host and port alone, such as https://app.example:8443'],
    [
      'host',
      'http://x',
      '"http://x" is not a host name: write app.example or app.example:8443, without scheme and path',
    ],
    ['max-message', '2GiB', '"2GiB" is out of range: from 1B to 1GiB'],
    ['service', 'pong', '"pong" is not NAME=URI[,codec=...], such as pong=unix:/run/pong.sock,codec=libipc'],
    ['service', 'p=unix:p,codec=x', 'codec: "x" is none of length32, libipc, libipc-b, line, netstring, raw'],
    ['service', 'p=unix:p,text,text', '"unix:p,text,text" says "text" twice'],
    ['service', 'p=unix:p,target=unix:q', '"unix:p,target=unix:q" says "target" twice'],
    ['data', '', 'the path is empty'],
  ])('--%s %j is refused', (name, text, message) => {
    expect(problemsOf(() => fromFlags({ [name]: [text] }))).toEqual([`--${name}: ${message}`])
  })

  it('a socket path that is too long is refused', () => {
    const path = `/${'x'.repeat(107)}`
    expect(problemsOf(() => fromFlags({ listen: [`ws+unix://${path}`] }))[0]).toMatch(/has 108 bytes; .* at most 107/)
  })

  it('a service takes every field', () => {
    const text =
      'clock=unix://clock,codec=line,text,barrier=false,compression,half-close=false,max-message=1KiB,max-connections=3'
    expect([...fromFlags({ service: [text] }).services]).toEqual([
      [
        'clock',
        {
          target: 'unix:clock',
          codec: 'line',
          text: true,
          barrier: false,
          compression: true,
          halfClose: false,
          maxMessageBytes: 1024,
          maxConnections: 3,
        },
      ],
    ])
  })
})

describe('a reload', () => {
  it('tells what applies and what needs a restart', () => {
    const before = fromFile('timer: 1s\nservices: { a: unix:a }\ncodec: raw')
    const after = fromFile('timer: 2s\nservices: { a: { target: unix:a, text: true } }\nadmin: off\ncodec: raw')
    expect(diffConfig(before, after)).toEqual({ applied: ['service', 'timer'], restart: ['admin'] })
  })

  it('tells nothing when the file says the same in other words', () => {
    expect(diffConfig(fromFile('timer: 60s'), fromFile('timer: 1m\n# comment'))).toEqual({ applied: [], restart: [] })
  })
})
