import { describe, expect, test } from 'vitest'

import { checkDoor, type Door } from './door.ts'

/** SECURITY T2 to T4: who may come in from which page, under which name. */

const PLAIN: Door = { port: 8080, hosts: [], origins: [], missingOrigin: true }
const PROXIED: Door = { ...PLAIN, hosts: ['app.example', 'gate.example:8443'] }
const LISTED: Door = { ...PLAIN, origins: ['https://page.example', 'null', 'http://localhost:5173'] }

const said = (host: string[] | string, origin: string[] | string, door: Door) =>
  checkDoor([host].flat(), [origin].flat(), door)?.code ?? 'in'

describe('Host', () => {
  test.each([
    ['localhost:8080', 'in'],
    ['LocalHost:8080', 'in'],
    ['127.0.0.1:8080', 'in'],
    ['[::1]:8080', 'in'],
    ['localhost:8081', 'host-refused'],
    ['localhost', 'host-refused'],
    ['evil.example:8080', 'host-refused'],
    ['evil.example', 'host-refused'],
    ['localhost.:8080', 'host-refused'],
    ['localhost.evil.example:8080', 'host-refused'],
    ['evil-localhost:8080', 'host-refused'],
    ['127.0.0.1.evil.example:8080', 'host-refused'],
    ['2130706433:8080', 'host-refused'],
    ['0x7f000001:8080', 'host-refused'],
    ['127.1:8080', 'host-refused'],
    ['127.0.0.2:8080', 'host-refused'],
    ['0.0.0.0:8080', 'host-refused'],
    ['[::]:8080', 'host-refused'],
    ['[::ffff:127.0.0.1]:8080', 'host-refused'],
    ['[0:0:0:0:0:0:0:1]:8080', 'host-refused'],
    ['[::1%lo]:8080', 'bad-request'],
    ['[::1::bad]:x', 'bad-request'],
    ['http://[', 'bad-request'],
    ['localhost:8080/', 'bad-request'],
    ['user@localhost:8080', 'bad-request'],
    ['localhost:8080, localhost:8080', 'bad-request'],
    ['localhost:0', 'bad-request'],
    ['localhost:65536', 'bad-request'],
    ['localhost:080800', 'bad-request'],
    ['localhost:', 'bad-request'],
    [':8080', 'bad-request'],
    [' localhost:8080', 'bad-request'],
    ['', 'bad-request'],
    ['x'.repeat(8192), 'bad-request'],
    ['\u0080\u00ff:8080', 'bad-request'],
  ])('%s: %s', (host, verdict) => {
    expect(said(host, [], PLAIN)).toBe(verdict)
  })

  test('none, or two', () => {
    expect(said([], [], PLAIN)).toBe('bad-request')
    expect(said(['localhost:8080', 'localhost:8080'], [], PLAIN)).toBe('bad-request')
    expect(said(['localhost:8080', 'evil.example'], [], PLAIN)).toBe('bad-request')
  })

  test.each([
    ['app.example', 'in'],
    ['APP.example', 'in'],
    ['app.example:9999', 'in'],
    ['gate.example:8443', 'in'],
    ['gate.example', 'host-refused'],
    ['gate.example:443', 'host-refused'],
    ['app.example.evil.example', 'host-refused'],
    ['evil-app.example', 'host-refused'],
    ['xapp.example', 'host-refused'],
    ['app.example.', 'host-refused'],
  ])('%s where names are listed: %s', (host, verdict) => {
    expect(said(host, [], PROXIED)).toBe(verdict)
  })

  test('on a Unix socket the port means nothing, the name still does', () => {
    const door = { ...PLAIN, port: null }
    expect(said('localhost', [], door)).toBe('in')
    expect(said('localhost:1', [], door)).toBe('in')
    expect(said('evil.example', [], door)).toBe('host-refused')
  })

  test('nothing of what was sent is in the sentence', () => {
    for (const host of ['evil.example', '<script>', '\u001b[31m'])
      expect(checkDoor([host], [], PLAIN)?.message).not.toContain(host)
  })
})

describe('Origin', () => {
  test.each([
    ['http://localhost:8080', 'in'],
    ['http://127.0.0.1:8080', 'origin-refused'],
    ['http://localhost:8081', 'origin-refused'],
    ['http://localhost', 'origin-refused'],
    ['https://localhost:8080', 'origin-refused'],
    ['ws://localhost:8080', 'origin-refused'],
    ['file://localhost:8080', 'origin-refused'],
    ['http://evil.example', 'origin-refused'],
    ['http://evil.example:8080', 'origin-refused'],
    ['http://localhost.evil.example:8080', 'origin-refused'],
    ['http://evil-localhost:8080', 'origin-refused'],
    ['http://localhost.:8080', 'origin-refused'],
    ['HTTP://localhost:8080', 'origin-refused'],
    ['http://LOCALHOST:8080', 'origin-refused'],
    ['http://localhost:8080/', 'origin-refused'],
    ['http://localhost:8080/path', 'origin-refused'],
    ['http://user@localhost:8080', 'origin-refused'],
    ['http://localhost:8080 http://evil.example', 'origin-refused'],
    ['http://localhost:8080, http://evil.example', 'origin-refused'],
    ['null', 'origin-refused'],
    ['', 'origin-refused'],
    ['localhost:8080', 'origin-refused'],
    ['http://', 'origin-refused'],
    ['http://[', 'origin-refused'],
    [`http://${'x'.repeat(8192)}`, 'origin-refused'],
    ['http://\u0080\u00ff', 'origin-refused'],
  ])('%s for a page of ours: %s', (origin, verdict) => {
    expect(said('localhost:8080', origin, PLAIN)).toBe(verdict)
  })

  test.each([
    ['https://page.example', 'in'],
    ['http://localhost:5173', 'in'],
    ['null', 'in'],
    ['http://page.example', 'origin-refused'],
    ['https://page.example:8443', 'origin-refused'],
    ['https://page.example.evil.example', 'origin-refused'],
    ['https://evil-page.example', 'origin-refused'],
    ['https://page.example.', 'origin-refused'],
    ['https://PAGE.example', 'origin-refused'],
    ['https://page.example/', 'origin-refused'],
    ['Null', 'origin-refused'],
  ])('%s where origins are listed: %s', (origin, verdict) => {
    expect(said('localhost:8080', origin, LISTED)).toBe(verdict)
  })

  test('https is ours only under a listed name', () => {
    expect(said('gate.example:8443', 'https://gate.example:8443', PROXIED)).toBe('in')
    expect(said('app.example', 'https://app.example', PROXIED)).toBe('in')
    expect(said('app.example', 'https://app.example:8443', PROXIED)).toBe('origin-refused')
    expect(said('app.example', 'http://app.example', PROXIED)).toBe('in')
  })

  test('none follows its own rule', () => {
    expect(said('localhost:8080', [], PLAIN)).toBe('in')
    expect(said('localhost:8080', [], { ...PLAIN, missingOrigin: false })).toBe('origin-refused')
  })

  test('two are refused, even if each would do', () => {
    const same = 'http://localhost:8080'
    expect(said('localhost:8080', [same, same], PLAIN)).toBe('bad-request')
    expect(said('localhost:8080', [same, 'http://evil.example'], PLAIN)).toBe('bad-request')
  })

  test('an evil name with its own origin gets nowhere (DNS rebinding)', () => {
    expect(said('evil.example:8080', 'http://evil.example:8080', PLAIN)).toBe('host-refused')
    expect(said('evil.example:8080', 'https://page.example', LISTED)).toBe('host-refused')
  })
})

test('with TLS of its own the page must have it too', () => {
  const secure: Door = { ...PROXIED, port: 8443, secure: true }
  expect(said('localhost:8443', 'https://localhost:8443', secure)).toBe('in')
  expect(said('localhost:8443', 'http://localhost:8443', secure)).toBe('origin-refused')
  expect(said('app.example', 'https://app.example', secure)).toBe('in')
  expect(said('app.example', 'http://app.example', secure)).toBe('origin-refused')
})
