import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'

import type { CertificateInfo } from '../../shared/dashboard.ts'
import type { TlsIdentity } from '../transports/tls.ts'
import type { Config } from './config.ts'
import { whyUnreadable } from './load.ts'
import { ConfigError } from './problem.ts'
import type { Problem } from './problem.ts'

/** What `wss` listeners show, as read from the files that the options name. */
export interface LoadedTls {
  readonly identity: TlsIdentity
  readonly certificate: CertificateInfo
  /** What is odd but no reason to refuse it, as sentences. */
  readonly warnings: readonly string[]
}

type TlsOptions = Pick<Config, 'tlsCert' | 'tlsKey' | 'tlsClientCa'>

/**
 * Reads certificate, key and the certificates of those who vouch for clients, and makes sure that they fit together; at
 * start, and again on SIGHUP. Null when no certificate is named.
 * @param now milliseconds since 1970
 * @throws ConfigError with everything that is wrong; nothing of the key is in it
 */
export function loadTls({ tlsCert, tlsKey, tlsClientCa }: TlsOptions, now = Date.now()): LoadedTls | null {
  if (tlsCert === null || tlsKey === null) return null
  const problems: Problem[] = []
  const attempt = <T>(where: string, read: () => T): T | null => {
    try {
      return read()
    } catch (error) {
      problems.push({ where, message: (error as Error).message })
      return null
    }
  }
  const chain = attempt('--tls-cert', () => readCertificates(tlsCert))
  const key = attempt('--tls-key', () => readKey(tlsKey))
  const clientCa = tlsClientCa === null ? null : attempt('--tls-client-ca', () => readCertificates(tlsClientCa))
  if (chain !== null && key !== null && !chain.certificates[0]!.checkPrivateKey(key.key)) {
    problems.push({ where: '--tls-key', message: `${tlsKey} is not the key of the first certificate in ${tlsCert}` })
  }
  if (chain === null || key === null || problems.length > 0) throw new ConfigError(problems)
  const identity = { cert: chain.pem, key: key.pem, clientCa: clientCa?.pem ?? null }
  // What only OpenSSL knows, such as that a key is too short.
  attempt('--tls-cert', () => createSecureContext({ ...identity, ca: identity.clientCa ?? undefined }))
  if (problems.length > 0) throw new ConfigError(problems)
  return {
    identity,
    certificate: factsOf(chain.certificates[0]!),
    warnings: datesOf(tlsCert, chain.certificates, now),
  }
}

/** What people want to know of a certificate. */
function factsOf({
  subject,
  issuer,
  subjectAltName,
  validFrom,
  validTo,
  fingerprint256,
}: X509Certificate): CertificateInfo {
  return {
    subject: subject.replaceAll('\n', ', '),
    issuer: issuer.replaceAll('\n', ', '),
    names: (subjectAltName ?? '').split(', ').filter((name) => name !== ''),
    validFrom: Date.parse(validFrom),
    validTo: Date.parse(validTo),
    fingerprint: fingerprint256,
  }
}

interface Certificates {
  readonly pem: string
  /** At least one. */
  readonly certificates: readonly X509Certificate[]
}

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g

function readCertificates(path: string): Certificates {
  const pem = readText(path)
  const blocks = pem.match(PEM_CERTIFICATE) ?? []
  if (blocks.length === 0) {
    throw new Error(`${path} holds no certificate in PEM form, which begins with "-----BEGIN CERTIFICATE-----"`)
  }
  const certificates = blocks.map((block, at) => {
    try {
      return new X509Certificate(block)
    } catch {
      throw new Error(`certificate ${at + 1} in ${path} is damaged`)
    }
  })
  return { pem, certificates }
}

function readKey(path: string): { pem: string; key: KeyObject } {
  const pem = readText(path, (mode) => {
    if ((mode & 0o007) !== 0) {
      throw new Error(`${path} is open to every user of this machine: close it with "chmod o= ${path}"`)
    }
  })
  try {
    return { pem, key: createPrivateKey(pem) }
  } catch (error) {
    const locked = (error as NodeJS.ErrnoException).code === 'ERR_MISSING_PASSPHRASE' || pem.includes('ENCRYPTED')
    throw new Error(
      locked
        ? `${path} is locked with a passphrase, which nobody is there to type: write it without one (openssl pkey)`
        : `${path} holds no private key in PEM form, which begins with "-----BEGIN PRIVATE KEY-----"`,
      { cause: error },
    )
  }
}

/** @param check looks at the mode of the file that is read */
function readText(path: string, check: (mode: number) => void = () => {}): string {
  let fd: number
  try {
    fd = openSync(path, 'r')
  } catch (error) {
    throw new Error(`${path} ${whyUnreadable(error as NodeJS.ErrnoException)}`, { cause: error })
  }
  try {
    const stat = fstatSync(fd)
    check(stat.mode)
    return readFileSync(fd, 'latin1')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw code === undefined ? error : new Error(`${path} ${whyUnreadable(error as NodeJS.ErrnoException)}`)
  } finally {
    closeSync(fd)
  }
}

/** A certificate at the wrong time is refused by clients, not by us: its owner may be about to replace it. */
function datesOf(path: string, [leaf]: readonly X509Certificate[], now: number): string[] {
  const { validFrom, validTo } = leaf!
  const day = (date: string): string => new Date(date).toISOString().slice(0, 10)
  if (now > Date.parse(validTo))
    return [`the certificate in ${path} was valid until ${day(validTo)}: clients refuse it`]
  if (now < Date.parse(validFrom))
    return [`the certificate in ${path} is valid from ${day(validFrom)}: clients refuse it`]
  return []
}
