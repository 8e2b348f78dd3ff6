import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { attempt, Client } from './harness/client.ts'
import { ADMIN } from './harness/gateway.ts'
import { expect, test } from './harness/test.ts'

/** What the program tells, and what it keeps to itself. */

test('metrics: what is promised, for a viewer, and nobody by name', async ({ start }) => {
  const gateway = await start(['--demo'])
  await gateway.setUp()
  await gateway.addUser('vera', 'viewer')
  const token = await gateway.addToken('vera', 'viewer')
  const client = await Client.open(`${gateway.url}/pong`)
  client.socket.send('12345')
  await client.until(1)
  await attempt(`${gateway.url}/pongg`)
  const response = await fetch(`${gateway.dashboard}metrics`, { headers: { authorization: `Bearer ${token}` } })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
  const text = await response.text()
  for (const line of [
    'sockgate_connections_open{service="pong"} 1',
    'sockgate_connections_opened_total 1',
    'sockgate_messages_total{direction="up"} 1',
    'sockgate_bytes_total{direction="down"} 5',
    'sockgate_policy_version 1',
    'sockgate_policy_pending 0',
  ])
    expect(text.split('\n')).toContain(line)
  for (const series of [
    /^sockgate_\w*refus\w*\{cause="no-service"\} 1$/m,
    /^sockgate_queued_bytes\{to="client"\} \d+$/m,
    /^sockgate_decision_seconds_count 1$/m,
    /^sockgate_event_loop_delay_seconds\S* [\d.e-]+$/m,
    /^process_cpu_seconds_total [\d.e-]+$/m,
  ])
    expect(text).toMatch(series)
  for (const word of [token, 'vera', ADMIN.name, ADMIN.password, '127.0.0.1']) expect(text).not.toContain(word)
})

test('no secret is kept, told or repeated: not on disk, in logs, metrics, lists, answers', async ({ start }) => {
  const environment = 'planted-in-the-environment-5d1c'
  const gateway = await start(['--demo', '--log-level', 'trace'], { env: { SOCKGATE_ADMIN_TOKEN: environment } })
  const told: string[] = []
  const hear = async (asked: Promise<Response>): Promise<Response> => {
    const response = await asked
    told.push(await response.clone().text())
    return response
  }
  const setupToken = new URL(gateway.setupLink).hash.replace('#token=', '')
  const planted = {
    environment,
    setupToken,
    password: 'planted pass phrase 71ab',
    wrong: 'planted wrong guess 9e02',
    inName: 'Planted in the name field 44c8',
    badToken: 'sg_planted-but-unknown-token-3f7d',
    inQuery: 'planted-in-a-query-8a31',
    service: 'planted-as-payload-60bb',
    wrongSetup: 'planted-setup-token-2c2c',
  }
  await hear(gateway.post('/setup', { token: planted.wrongSetup, name: 'admin', password: planted.password }))
  const made = await gateway.post('/setup', { token: setupToken, name: 'admin', password: planted.password })
  const session = /=([^;]+)/.exec(made.headers.get('set-cookie')!)![1]!
  await hear(gateway.post('/setup', { token: setupToken, name: 'second', password: planted.password }))
  await hear(gateway.post('/session', { name: 'admin', password: planted.wrong }))
  await hear(gateway.post('/session', { name: planted.inName, password: planted.wrong }))
  await hear(gateway.post('/session', { name: 'admin', password: planted.wrong, extra: planted.wrong }))
  await hear(gateway.post('/users', { name: 'x', password: planted.password }))
  await gateway.api('/users', 'POST', { name: 'anna', role: 'client' })
  const connect = await gateway.addToken('anna', 'connect')
  const viewer = await gateway.addToken('admin', 'viewer')
  const asked = (path: string, authorization: string) =>
    hear(fetch(`${gateway.dashboard}${path}`, { headers: { authorization } }))
  await asked('api/v1/status', `Bearer ${planted.badToken}`)
  await asked('api/v1/status', `Bearer ${environment}`)
  await asked('api/v1/users', `Bearer ${viewer}`)
  await asked(`api/v1/nothing?token=${planted.inQuery}`, `Bearer ${viewer}`)

  for (const [headers, protocols] of [
    [{ authorization: `Bearer ${connect}` }, []],
    [{ cookie: `sockgate-token=${connect}; __Host-sockgate=${session}` }, []],
    [{}, [`sockgate.bearer.${connect}`, 'sockgate.payload']],
  ] as const) {
    const client = await Client.open(`${gateway.url}/pong?access_token=${planted.inQuery}`, { headers }, [...protocols])
    expect(client.socket.protocol).not.toContain('bearer')
    client.socket.send(planted.service)
    await client.until(1)
    client.socket.close()
    await client.closed
  }
  for (const authorization of [
    `Bearer ${planted.badToken}`,
    `Basic ${btoa(`anna:${planted.wrong}`)}`,
    `Bearer ${connect} x`,
  ]) {
    const { problem, socket } = await attempt(`${gateway.url}/pong`, { headers: { authorization } })
    told.push(JSON.stringify(problem))
    socket.terminate()
  }

  const get = async (path: string) =>
    (await fetch(`${gateway.dashboard}${path}`, { headers: { authorization: `Bearer ${environment}` } })).text()
  const lists = ['users', 'tokens', 'sessions', 'audit?limit=200', 'audit/export', 'connections', 'openapi.json']
  for (const list of [...lists, 'policy', 'policy/export', 'policy/versions', 'status', 'capabilities', 'services'])
    told.push(await get(`api/v1/${list}`))
  told.push(await get('metrics'))
  for (const command of [
    ['user', 'list'],
    ['token', 'list', '--json'],
    ['export'],
    ['doctor'],
    ['connections', '--state', 'all'],
  ])
    told.push(Object.values(await gateway.command(...command)).join('\n'))

  const secrets = { ...planted, session, connect, viewer, basic: btoa(`anna:${planted.wrong}`) }
  const { out, err } = gateway.program
  const places: Record<string, string> = { answers: told.join('\n'), log: err, banner: out.replaceAll(setupToken, '') }
  const look = (when: string) => {
    for (const name of readdirSync(gateway.data)) {
      if (name.endsWith('.sock')) continue
      places[`${name} ${when}`] = readFileSync(join(gateway.data, name), 'latin1')
    }
  }
  look('while it runs')
  expect(Object.keys(places).join()).toMatch(/-wal while/)
  await gateway.program.kill('SIGTERM')
  look('afterwards')
  const found = Object.entries(places).flatMap(([place, text]) =>
    Object.entries(secrets).flatMap(([secret, value]) => (text.includes(value) ? [`${secret} in ${place}`] : [])),
  )
  expect(found).toEqual([])
  // The search finds what is there.
  const holding = Object.keys(places).filter((place) => places[place]!.includes('anna'))
  expect(holding.join()).toMatch(/answers.*sqlite|answers.*db/)
})
