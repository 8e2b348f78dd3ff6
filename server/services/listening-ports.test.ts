import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'

import { afterEach, expect, test } from 'vitest'

import { listeningPorts, processNames, readPorts } from './listening-ports.ts'

let server: Server | null = null
afterEach(async () => {
  const closing = server
  server = null
  if (closing !== null) await new Promise((resolve) => closing.close(resolve))
})

const line = (local: string, state = '0A', inode = '77') =>
  `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  1000        0 ${inode} 1 0000 100 0 0`

test('reads loopback and everywhere, in both families, and nothing else', () => {
  const ports = readPorts([
    line('0100007F:18EB'),
    line('3500007F:0035'),
    line('00000000:1F90'),
    line('0B01A8C0:2000'), // 192.168.1.11
    line('0100007F:3000', '01'), // established
    line('00000000000000000000000001000000:1771'),
    line('0000000000000000FFFF00000100007F:1772'),
    line('B80D0120000000000000000001000000:2001'), // 2001:db8::1
  ])
  expect(ports.map(({ host, port }) => `${host}:${port}`)).toEqual([
    '127.0.0.53:53',
    '[::1]:6001',
    '127.0.0.1:6002',
    '127.0.0.1:6379',
    '127.0.0.1:8080',
  ])
  expect(ports[0]).toMatchObject({ uid: 1000, inode: '77' })
})

test('a port that listens in both families is told once', () => {
  const ports = readPorts([line('0100007F:18EB'), line('00000000000000000000000001000000:18EB')])
  expect(ports).toMatchObject([{ host: '127.0.0.1', port: 6379 }])
})

test('finds the process of a socket', async () => {
  const listening = createServer()
  server = listening
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  const { port } = listening.address() as AddressInfo
  const { inode } = listeningPorts().find((candidate) => candidate.port === port)!
  const names = await processNames([inode, '1'])
  expect(names.get(inode)).toMatch(new RegExp(`^.+ \\(process ${process.pid}\\)$`))
  expect(names.has('1')).toBe(false)
})
