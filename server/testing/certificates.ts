import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { TlsIdentity } from '../transports/tls.ts'

/** Paths of a certificate and its key. */
export interface Pair {
  readonly cert: string
  readonly key: string
}

export interface Wanted {
  /** As openssl takes it: `/CN=anna/O=example`. */
  readonly subject: string
  /** `DNS:localhost,IP:127.0.0.1` */
  readonly altNames?: string
  readonly usage?: 'serverAuth' | 'clientAuth'
  /** Days from now on; negative: it is over. */
  readonly days?: number
}

/** A certification authority in a directory of its own, made by the openssl program; `remove` it at the end. */
export class TestCa {
  readonly dir = mkdtempSync(join(tmpdir(), 'sg-ca-'))
  /** Path of its own certificate. */
  readonly cert = join(this.dir, 'ca.pem')
  #count = 0

  constructor(name = 'test ca') {
    const key = join(this.dir, 'ca.key')
    this.#openssl(['req', '-x509', ...NEW_KEY, '-keyout', key, '-out', this.cert, '-days', '2', '-subj', `/CN=${name}`])
  }

  /** In PEM form. */
  get pem(): string {
    return readFileSync(this.cert, 'utf8')
  }

  issue({ subject, altNames, usage, days = 1 }: Wanted): Pair {
    const base = join(this.dir, String(++this.#count))
    const pair = { cert: `${base}.pem`, key: `${base}.key` }
    const extensions = [
      altNames && `subjectAltName=${altNames}`,
      usage && `extendedKeyUsage=${usage}`,
      'basicConstraints=CA:FALSE',
    ]
    writeFileSync(`${base}.ext`, extensions.filter(Boolean).join('\n'))
    this.#openssl(['req', '-utf8', ...NEW_KEY, '-keyout', pair.key, '-out', `${base}.csr`, '-subj', subject])
    const signed = ['-CA', this.cert, '-CAkey', join(this.dir, 'ca.key'), '-CAcreateserial', '-extfile', `${base}.ext`]
    this.#openssl(['x509', '-req', '-in', `${base}.csr`, '-out', pair.cert, '-days', String(days), ...signed])
    chmodSync(pair.key, 0o600)
    return pair
  }

  /** For a listener on loopback. @param names more that the certificate is for */
  server(names: readonly string[] = []): Pair {
    const altNames = ['DNS:localhost', 'IP:127.0.0.1', ...names.map((name) => `DNS:${name}`)].join(',')
    return this.issue({ subject: '/CN=localhost', altNames, usage: 'serverAuth' })
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true })
  }

  #openssl(args: readonly string[]): void {
    const { status, stderr, error } = spawnSync('openssl', args, { encoding: 'utf8' })
    if (status !== 0) throw new Error(`openssl ${args[0]}: ${error?.message ?? stderr}`)
  }
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']

/** What a listener takes, read from the files. */
export function identityOf({ cert, key }: Pair, clientCa: string | null = null): TlsIdentity {
  return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8'), clientCa }
}
