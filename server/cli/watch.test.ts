import type { ServerResponse } from 'node:http'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import type { FeedEvent, StatusInfo } from '../../shared/connection.ts'
import { adminServer, connection, samplePolicy, sampleStatus, sendJson } from '../testing/admin-server.ts'
import type { AdminServer } from '../testing/admin-server.ts'
import { TestShell } from '../testing/shell.ts'
import { run } from './run.ts'

const open = connection({ id: 'id-one', openedAt: Date.now() })
const snapshot: FeedEvent = { type: 'snapshot', seq: 1, open: [open], recent: [], services: [], policy: samplePolicy }
const ending = { code: 'killed', close: 4410, detail: 'by \u001b[2Jann', at: open.openedAt + 3000 } as const
const closed: FeedEvent = { type: 'closed', seq: 2, connection: { ...open, state: 'closed', ending } }

let server: AdminServer
let status: StatusInfo
let feeds: ServerResponse[]
let told: FeedEvent[]

beforeEach(async () => {
  status = sampleStatus
  feeds = []
  told = [snapshot]
  server = await adminServer(({ url }, response) => {
    if (url === '/api/v1/status') return sendJson(response, status)
    feeds.push(response)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    tell(...told)
  })
})
afterEach(() => server.remove())

function tell(...events: FeedEvent[]): void {
  for (const event of events) feeds.at(-1)!.write(`id: ${event.seq}\ndata: ${JSON.stringify(event)}\n\n`)
}

function watch(shell: TestShell, ...more: string[]): Promise<number> {
  return run(['connections', '--watch', '--data', server.dataDir, ...more], shell)
}

describe('where there is no terminal', () => {
  it('prints a line for each that opens or ends, until told to end', async () => {
    const shell = new TestShell()
    const done = watch(shell)
    await shell.stdout.until('id-one')
    tell(closed)
    await shell.stdout.until('killed')
    shell.signals.emit('SIGTERM')
    expect(await done).toBe(0)
    const lines = shell.stdout.text.trimEnd().split('\n')
    expect(lines).toHaveLength(2)
    expect(lines[0]).toMatch(/^\S+Z {2}open {5}id-one {2}pong {2}127\.0\.0\.1:52100$/)
    expect(lines[1]).toMatch(
      /closed {3}id-one {2}pong {2}127\.0\.0\.1:52100 {2}killed 4410 {2}↑ 0 msgs 0 B {2}↓ 0 msgs 0 B {2}after 3s {2}by \\x1b\[2Jann$/,
    )
    expect(shell.signals.listenerCount('SIGTERM')).toBe(0)
  })

  it('prints the events with --json, and goes on when the gateway restarts', async () => {
    const shell = new TestShell()
    const done = watch(shell, '--json')
    await shell.stdout.until('snapshot')
    await server.stop()
    await shell.stderr.until('Connection lost, trying again')
    status = { ...sampleStatus, pid: 4343 }
    told = [snapshot, closed]
    await server.start()
    await shell.stderr.until('The gateway was restarted; connected to the new one.')
    await shell.stdout.until('"closed"')
    shell.signals.emit('SIGINT')
    expect(await done).toBe(0)
    const events = shell.stdout.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as FeedEvent)
    expect(events).toEqual([snapshot, snapshot, closed])
  })

  it('fails when there is no gateway to begin with', async () => {
    await server.stop()
    const shell = new TestShell()
    expect(await watch(shell)).toBe(1)
    expect(shell.stderr.text).toContain('no gateway runs')
    await server.start()
  })
})

describe('on a terminal', () => {
  it('borrows the screen, follows its size, says when the gateway goes, and gives it back', async () => {
    const shell = new TestShell({ columns: 100, rows: 20 })
    const done = watch(shell)
    await shell.stdout.until('id-one')
    expect(shell.stdout.text.startsWith('\u001b[?1049h\u001b[?25l')).toBe(true)
    expect(shell.stdin.raw).toBe(true)

    Object.assign(shell.stdout, { columns: 60, rows: 5, text: '' })
    shell.stdout.emit('resize')
    const [first = ''] = shell.stdout.text.split('\u001b[J')
    expect(first.split('\r\n')).toHaveLength(5)

    await server.stop()
    await shell.stdout.until('Connection lost, trying again')
    await server.start()
    await shell.stdout.until('Connected again.')

    shell.stdin.emit('data', Buffer.from('q'))
    expect(await done).toBe(0)
    expect(shell.stdout.text.endsWith('\u001b[?25h\u001b[?1049l')).toBe(true)
    expect(shell.stdin.raw).toBe(false)
    expect(shell.stdout.listenerCount('resize') + shell.stdin.listenerCount('data')).toBe(0)
  })
})
