import { createPrivateKey } from 'node:crypto'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { TestCa, type Pair } from '../testing/certificates.ts'
import { readConfig, type ConfigSources } from './config.ts'
import { listenWarnings } from './listen-warnings.ts'
import { ConfigError } from './problem.ts'
import { loadTls } from './tls.ts'

let ca: TestCa
let pair: Pair
let other: Pair

beforeAll(() => {
  ca = new TestCa()
  pair = ca.server()
  other = ca.server()
})

afterAll(() => ca.remove())

/** A file in the directory of the authority. */
function file(name: string, text: string, mode = 0o600): string {
  const path = join(ca.dir, name)
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
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

const load = (tlsCert: string, tlsKey: string, tlsClientCa: string | null = null, now?: number) =>
  loadTls({ tlsCert, tlsKey, tlsClientCa }, now)

describe('the files', () => {
  test('are read, and go together', () => {
    const clientCa = file('bundle.pem', `# several\n${ca.pem}\n${readFileSync(other.cert, 'utf8')}`)
    expect(load(pair.cert, pair.key, clientCa)).toEqual({
      identity: {
        cert: readFileSync(pair.cert, 'utf8'),
        key: readFileSync(pair.key, 'utf8'),
        clientCa: readFileSync(clientCa, 'utf8'),
      },
      certificate: expect.objectContaining({ subject: expect.stringMatching(/^CN=/), names: expect.any(Array) }),
      warnings: [],
    })
    expect(load(pair.cert, pair.key)!.identity.clientCa).toBeNull()
    expect(loadTls({ tlsCert: null, tlsKey: null, tlsClientCa: null })).toBeNull()
  })

  test('certificates between ours and its root may stand behind it', () => {
    const chain = file('chain.pem', readFileSync(pair.cert, 'utf8') + ca.pem)
    expect(load(chain, pair.key)!.identity.cert).toBe(readFileSync(chain, 'utf8'))
  })

  const wrong: [string, () => [string, string, string?], (...paths: string[]) => string[]][] = [
    [
      'missing, both told',
      () => ['/nowhere/cert.pem', '/nowhere/key.pem'],
      () => ['--tls-cert: /nowhere/cert.pem does not exist', '--tls-key: /nowhere/key.pem does not exist'],
    ],
    ['a directory', () => [ca.dir, pair.key], (cert) => [`--tls-cert: ${cert} is a directory`]],
    [
      'no certificate',
      () => [pair.key, pair.key],
      (cert) => [
        `--tls-cert: ${cert} holds no certificate in PEM form, which begins with "-----BEGIN CERTIFICATE-----"`,
      ],
    ],
    [
      'a damaged certificate',
      () => [file('damaged.pem', `${ca.pem}${ca.pem.replace(/\n[\w+/]{20}/, '\nAAAAAAAAAAAAAAAAAAAA')}`), pair.key],
      (cert) => [`--tls-cert: certificate 2 in ${cert} is damaged`],
    ],
    [
      'no key',
      () => [pair.cert, file('no-key.pem', ca.pem)],
      (_, key) => [
        `--tls-key: ${key} holds no private key in PEM form, which begins with "-----BEGIN PRIVATE KEY-----"`,
      ],
    ],
    [
      'a locked key',
      () => {
        const key = createPrivateKey(readFileSync(pair.key))
        const locked = key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' })
        return [pair.cert, file('locked.pem', locked as string)]
      },
      (_, key) => [
        `--tls-key: ${key} is locked with a passphrase, which nobody is there to type: write it without one (openssl pkey)`,
      ],
    ],
    [
      "another certificate's key",
      () => [pair.cert, other.key],
      (cert, key) => [`--tls-key: ${key} is not the key of the first certificate in ${cert}`],
    ],
    [
      'a key that everybody may read',
      () => [pair.cert, file('open.key', readFileSync(pair.key, 'utf8'), 0o644)],
      (_, key) => [`--tls-key: ${key} is open to every user of this machine: close it with "chmod o= ${key}"`],
    ],
    [
      'nobody to vouch for clients',
      () => [pair.cert, pair.key, file('empty.pem', '')],
      (_cert, _key, clientCa) => [
        `--tls-client-ca: ${clientCa} holds no certificate in PEM form, which begins with "-----BEGIN CERTIFICATE-----"`,
      ],
    ],
  ]
  test.each(wrong)('%s', (_what, paths, expected) => {
    const [cert, key, clientCa] = paths()
    const problems = problemsOf(() => load(cert, key, clientCa ?? null))
    expect(problems).toEqual(expected(cert, key, clientCa ?? ''))
  })

  test('a key that the group may read is for the group to see to', () => {
    expect(load(pair.cert, file('group.key', readFileSync(pair.key, 'utf8'), 0o640))).not.toBeNull()
  })

  test('a certificate at the wrong time is taken with a warning', () => {
    const day = 86_400_000
    expect(load(pair.cert, pair.key, null, Date.now() + 3 * day)!.warnings).toEqual([
      expect.stringMatching(/^the certificate in .* was valid until \d{4}-\d\d-\d\d: clients refuse it$/),
    ])
    expect(load(pair.cert, pair.key, null, Date.now() - 3 * day)!.warnings).toEqual([
      expect.stringMatching(/^the certificate in .* is valid from \d{4}-\d\d-\d\d: clients refuse it$/),
    ])
  })
})

describe('the options', () => {
  const bare: ConfigSources = { flags: {}, env: { HOME: '/home/ann' }, uid: 0, cwd: '/work', file: null }
  const withFlags = (flags: ConfigSources['flags']) => readConfig({ ...bare, flags })

  test('are paths, from the working directory or the file', () => {
    expect(
      withFlags({ 'tls-cert': ['cert.pem'], 'tls-key': ['/etc/key.pem'], 'tls-client-ca': ['ca.pem'] }),
    ).toMatchObject({ tlsCert: '/work/cert.pem', tlsKey: '/etc/key.pem', tlsClientCa: '/work/ca.pem' })
    const text = 'listen: wss://h:1\ntls-cert: cert.pem\ntls-key: key.pem\n'
    const config = readConfig({ ...bare, file: { path: '/etc/gate/sockgate.yaml', name: 'sockgate.yaml', text } })
    expect(config).toMatchObject({ tlsCert: '/etc/gate/cert.pem', tlsKey: '/etc/gate/key.pem', tlsClientCa: null })
  })

  const NEEDS = 'needs a certificate and its key: add --tls-cert FILE and --tls-key FILE'
  test.each<[string, ConfigSources['flags'], string]>([
    ['wss alone', { listen: ['ws://h:1', 'wss://h:2'] }, `--listen wss://h:2: ${NEEDS}`],
    ['client certificates alone', { 'tls-client-ca': ['ca.pem'] }, `--tls-client-ca: ${NEEDS}`],
    ['no key', { 'tls-cert': ['c.pem'] }, '--tls-cert: the key is missing: add --tls-key FILE'],
    ['no certificate', { 'tls-key': ['k.pem'] }, '--tls-key: the certificate is missing: add --tls-cert FILE'],
  ])('%s', (_what, flags, problem) => {
    expect(problemsOf(() => withFlags(flags))).toEqual([problem])
  })
})

test('plain listeners for other machines are told of, no others', () => {
  expect(listenWarnings(['ws://127.0.0.1:1', 'ws://127.1.2.3:1', 'ws://localhost:1', 'ws://[::1]:1'])).toEqual([])
  expect(listenWarnings(['wss://0.0.0.0:1', 'ws+unix:///run/g.sock'])).toEqual([])
  const risky = [
    'ws://0.0.0.0:1',
    'ws://[::]:1',
    'ws://192.0.2.1:1',
    'ws://localhost.example:1',
    'ws://127.0.0.1.example:1',
  ]
  expect(listenWarnings(['ws://127.0.0.1:1', ...risky]).map((sentence) => sentence.split(' ')[0])).toEqual(risky)
})
