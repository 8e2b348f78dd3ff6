import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { attempt, Client } from './harness/client.ts'
import { Program } from './harness/program.ts'
import { expect, test } from './harness/test.ts'

/** A self-signed certificate and its key. */
async function makePair(
  dir: string,
  name: string,
  subject: string,
): Promise<{ cert: string; key: string; pem: string }> {
  const [cert, key] = [join(dir, `${name}.pem`), join(dir, `${name}.key`)]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  const names = ['-subj', subject, '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  const made = await new Program('openssl', ['req', '-x509', ...curve, ...names, '-keyout', key, '-out', cert]).end()
  expect(made).toMatchObject({ code: 0 })
  return { cert, key, pem: readFileSync(cert, 'utf8') }
}

const echoes = async (client: Client, text: string): Promise<void> => {
  const heard = client.messages.length
  client.socket.send(text)
  expect(String((await client.until(heard + 1)).at(-1))).toBe(text)
}

test('wss: a new certificate on SIGHUP, nobody is dropped; a broken one changes nothing', async ({ start, dir }) => {
  const [first, second] = await Promise.all([
    makePair(dir, 'first', '/CN=localhost'),
    makePair(dir, 'second', '/CN=localhost'),
  ])
  const [cert, key] = [join(dir, 'cert.pem'), join(dir, 'key.pem')]
  const install = (pair: { cert: string; key: string }) => {
    copyFileSync(pair.cert, cert)
    copyFileSync(pair.key, key)
  }
  install(first)
  const gateway = await start(['--demo', '--tls-cert', cert, '--tls-key', key], { listen: ['wss://127.0.0.1:0'] })
  expect(gateway.url).toMatch(/^wss:\/\/127\.0\.0\.1:\d+$/)
  const pong = `${gateway.url}/pong`
  const early = await Client.open(pong, { ca: first.pem })
  await echoes(early, 'before')
  await expect(attempt(pong, { ca: second.pem })).rejects.toThrow(/self-signed certificate/)
  await expect(attempt(pong.replace('wss:', 'ws:'))).rejects.toThrow() // no plain text at this door

  install(second)
  gateway.signal('SIGHUP')
  await gateway.logged((line) => line.applied !== undefined)
  await echoes(await Client.open(pong, { ca: second.pem }), 'after')
  await expect(attempt(pong, { ca: first.pem })).rejects.toThrow(/self-signed certificate/)
  await echoes(early, 'still here')

  writeFileSync(cert, 'not a certificate')
  gateway.signal('SIGHUP')
  const refused = await gateway.logged((line) => line.level === 'error')
  expect(refused.msg).toContain('the old one stays')
  expect(refused.err?.message).toContain(`${cert} holds no certificate in PEM form`)
  expect(gateway.program.err).not.toContain(readFileSync(second.key, 'utf8').split('\n')[1])
  await echoes(await Client.open(pong, { ca: second.pem }), 'all the same')
  await echoes(early, 'to the end')
})

test('wss: a client certificate is who somebody is, and rules go by it', async ({ start, dir }) => {
  const [own, anna, eve] = await Promise.all([
    makePair(dir, 'own', '/CN=localhost'),
    makePair(dir, 'anna', '/CN=anna'),
    makePair(dir, 'eve', '/CN=eve'),
  ])
  const gateway = await start(
    [
      '--demo',
      '--tls-cert',
      own.cert,
      '--tls-key',
      own.key,
      '--tls-client-ca',
      anna.cert,
      '--deny',
      'in',
      'clock',
      '*',
    ],
    { listen: ['wss://127.0.0.1:0'] },
  )
  const ca = own.pem
  const shows = ({ pem, key }: { pem: string; key: string }) => ({ ca, cert: pem, key: readFileSync(key) })
  await gateway.command('user', 'add', 'anna', '--certificate', 'CN=anna')
  await gateway.command('rules', 'add', 'deny in pong *')
  await gateway.command('rules', 'add', 'allow in pong user:anna')
  const client = await Client.open(`${gateway.url}/pong`, shows(anna))
  await echoes(client, 'it is me')
  expect((await gateway.connections('open'))[0]).toMatchObject({ user: 'anna' })
  expect((await attempt(`${gateway.url}/pong`, { ca })).status).toBe(401)
  expect((await attempt(`${gateway.url}/clock`, shows(anna))).status).toBe(403)
  const stranger = await attempt(`${gateway.url}/pong`, shows(eve)).catch(() => null)
  expect([null, 401, 403]).toContain(stranger?.status ?? null)
  await gateway.command('user', 'rm', 'anna')
  expect((await client.closed).code).toBe(4401)
})
