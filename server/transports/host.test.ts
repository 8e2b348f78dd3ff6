import { assert, property, uint8Array } from 'fast-check'
import { describe, expect, it } from 'vitest'

import { GateError } from '../../shared/causes.ts'
import { checkHost, checkOrigin } from './host.ts'

const door = { port: 8081, hosts: ['gate.example', 'fixed.example:8443'] }

function verdict(run: () => void): string {
  try {
    run()
    return 'ok'
  } catch (error) {
    return (error as GateError).code
  }
}

describe('checkHost', () => {
  it.each([
    ['localhost:8081', 'ok'],
    ['127.0.0.1:8081', 'ok'],
    ['[::1]:8081', 'ok'],
    ['LocalHost:8081', 'ok'],
    ['gate.example', 'ok'],
    ['GATE.example:9999', 'ok'],
    ['fixed.example:8443', 'ok'],
    ['fixed.example:8444', 'host-refused'],
    ['fixed.example', 'host-refused'],
    ['localhost', 'host-refused'],
    ['localhost:8080', 'host-refused'],
    ['localhost.:8081', 'host-refused'],
    ['evil.example:8081', 'host-refused'],
    ['localhost.evil.example:8081', 'host-refused'],
    ['evil-gate.example', 'host-refused'],
    ['gate.example.evil.example', 'host-refused'],
    ['127.0.0.2:8081', 'host-refused'],
    ['2130706433:8081', 'host-refused'],
    ['0.0.0.0:8081', 'host-refused'],
    ['[::ffff:127.0.0.1]:8081', 'host-refused'],
    ['[::1::bad]:x', 'bad-request'],
    ['http://[', 'bad-request'],
    ['localhost:8081@evil.example', 'bad-request'],
    ['localhost:0', 'bad-request'],
    ['localhost:99999', 'bad-request'],
    ['local\u0000host:8081', 'bad-request'],
    ['\u0080\u00ff', 'bad-request'],
    ['a'.repeat(300), 'bad-request'],
    ['', 'bad-request'],
  ])('%j: %s', (host, wanted) => {
    expect(verdict(() => checkHost([host], door))).toBe(wanted)
  })

  it('takes exactly one header', () => {
    expect(verdict(() => checkHost([], door))).toBe('bad-request')
    expect(verdict(() => checkHost(['localhost:8081', 'localhost:8081'], door))).toBe('bad-request')
  })

  it('takes loopback names with any port on a Unix socket, and no others', () => {
    const local = { port: null, hosts: [] }
    expect(verdict(() => checkHost(['localhost'], local))).toBe('ok')
    expect(verdict(() => checkHost(['evil.example'], local))).toBe('host-refused')
  })

  it('knows that port 80 goes unsaid', () => {
    expect(verdict(() => checkHost(['localhost'], { port: 80, hosts: [] }))).toBe('ok')
  })

  it('throws nothing but GateError, whatever it is given', () => {
    const header = uint8Array({ maxLength: 40 }).map((bytes) => String.fromCharCode(...bytes))
    assert(
      property(header, header, (host, origin) => {
        for (const run of [() => checkHost([host], door), () => checkOrigin(origin, host)]) {
          try {
            run()
          } catch (error) {
            expect(error).toBeInstanceOf(GateError)
          }
        }
      }),
    )
  })
})

describe('checkOrigin', () => {
  it.each([
    [undefined, 'localhost:8081', 'ok'],
    ['http://localhost:8081', 'localhost:8081', 'ok'],
    ['HTTP://LOCALHOST:8081', 'localhost:8081', 'origin-refused'],
    ['http://LOCALHOST:8081', 'localhost:8081', 'origin-refused'],
    ['http://localhost:8081', 'LOCALHOST:8081', 'ok'],
    ['http://[::1]:8081', '[::1]:8081', 'ok'],
    ['http://localhost', 'localhost', 'ok'],
    ['https://gate.example', 'gate.example', 'ok'],
    ['http://127.0.0.1:8081', 'localhost:8081', 'origin-refused'],
    ['http://localhost:8080', 'localhost:8081', 'origin-refused'],
    ['http://localhost', 'localhost:8081', 'origin-refused'],
    ['https://localhost:8081', 'localhost:8081', 'origin-refused'],
    ['http://localhost:8081.evil.example', 'localhost:8081', 'origin-refused'],
    ['http://localhost.evil.example:8081', 'localhost:8081', 'origin-refused'],
    ['http://evil-localhost:8081', 'localhost:8081', 'origin-refused'],
    ['http://localhost.:8081', 'localhost:8081', 'origin-refused'],
    ['http://user@localhost:8081', 'localhost:8081', 'origin-refused'],
    ['http://localhost:8081/', 'localhost:8081', 'origin-refused'],
    ['http://localhost:8081, http://localhost:8081', 'localhost:8081', 'origin-refused'],
    ['file://', 'localhost:8081', 'origin-refused'],
    ['null', 'localhost:8081', 'origin-refused'],
    ['', 'localhost:8081', 'origin-refused'],
    ['http://[', 'localhost:8081', 'origin-refused'],
  ])('%j at %s: %s', (origin, host, wanted) => {
    expect(verdict(() => checkOrigin(origin, host))).toBe(wanted)
  })
})

describe('a listener with TLS of its own', () => {
  const secure = { port: 443, hosts: ['gate.example'], secure: true }

  it.each([
    ['localhost', 'ok'],
    ['localhost:443', 'ok'],
    ['localhost:80', 'host-refused'],
  ])('is at port 443 when none is named: %s: %s', (host, wanted) => {
    expect(verdict(() => checkHost([host], secure))).toBe(wanted)
    expect(verdict(() => checkHost(['localhost'], { ...secure, secure: false }))).toBe('host-refused')
  })

  it.each([
    ['https://localhost', 'localhost', 'ok'],
    ['https://localhost:443', 'localhost', 'ok'],
    ['https://localhost:8443', 'localhost:8443', 'ok'],
    ['https://gate.example', 'gate.example', 'ok'],
    ['https://localhost:8444', 'localhost:8443', 'origin-refused'],
    ['https://localhost', 'gate.example', 'origin-refused'],
    ['http://localhost:8443', 'localhost:8443', 'origin-refused'],
    ['http://gate.example', 'gate.example', 'origin-refused'],
    ['http://localhost:443', 'localhost', 'origin-refused'],
    ['null', 'localhost', 'origin-refused'],
  ])('%s at %s: %s', (origin, host, wanted) => {
    expect(verdict(() => checkOrigin(origin, host, true))).toBe(wanted)
  })
})
