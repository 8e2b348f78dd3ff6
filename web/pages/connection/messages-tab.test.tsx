// @vitest-environment jsdom
import { MantineProvider } from '@mantine/core'
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import type { PropsWithChildren } from 'react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import type { Role, TapEvent } from '../../../shared/api.ts'
import { KeyStore } from '../../keys/key-store.ts'
import { KeyContext } from '../../keys/use-key.ts'
import { connectionInfo } from '../../testing/connection-info.ts'
import { problem } from '../../testing/fake-api.ts'
import { fakeBrowser } from '../../testing/fake-browser.ts'
import { MessagesTab } from './messages-tab.tsx'
import { TapBanner } from './tap-banner.tsx'
import { useTap } from './use-tap.ts'

let role: Role = 'admin'

// Who is signed in and what the address says come from around the page.
vi.mock('../../session/use-session.ts', () => ({ useAccount: () => ({ user: 'anna', role }) }))
vi.mock('../../ui/use-search-param.ts', async () => {
  const { useState } = await import('react')
  return { useSearchParam: () => useState('') }
})
vi.mock('@tanstack/react-router', () => ({ useNavigate: () => () => {} }))
vi.mock('../../ui/app-link.tsx', () => ({ AppLink: ({ children }: PropsWithChildren) => <span>{children}</span> }))

const info = connectionInfo('c1')

function Page({ state = 'open' }: { state?: 'open' | 'closed' }) {
  const tap = useTap('c1')
  return (
    <>
      <TapBanner tap={tap} />
      <MessagesTab info={{ ...info, state }} tap={tap} />
    </>
  )
}

function show(state?: 'open' | 'closed'): void {
  render(
    <MantineProvider env="test">
      <KeyContext value={new KeyStore()}>{state === undefined ? <Page /> : <Page state={state} />}</KeyContext>
    </MantineProvider>,
  )
}

/** A stream of events as the gateway sends them; `end` closes it. */
function stream() {
  let controller!: ReadableStreamDefaultController<Uint8Array>
  const body = new ReadableStream<Uint8Array>({ start: (own) => void (controller = own) })
  return {
    body,
    send: (event: TapEvent) =>
      controller.enqueue(
        new TextEncoder().encode(`event: ${event.type}\nid: ${event.seq}\ndata: ${JSON.stringify(event)}\n\n`),
      ),
    end: () => controller.close(),
  }
}

const message = (seq: number, text: string): TapEvent => ({
  type: 'message',
  seq,
  missed: 0,
  message: {
    at: 1000 * seq,
    direction: 'up',
    kind: 'text',
    length: text.length,
    cut: false,
    partial: false,
    text,
    base64: null,
    redacted: text.includes('[redacted]'),
  },
})

const fetched = vi.fn<(url: string, init: RequestInit) => Promise<Response>>()

beforeEach(() => {
  role = 'admin'
  fakeBrowser()
  fetched.mockReset()
  vi.stubGlobal('fetch', fetched)
})

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

function ask(reason: string): void {
  fireEvent.change(screen.getByRole('textbox', { name: 'Reason' }), { target: { value: reason } })
  fireEvent.click(screen.getByRole('button', { name: 'Start reading' }))
}

it('tells who can grant the right, and asks for nothing', () => {
  role = 'operator'
  show()
  expect(screen.getByText('Reading messages needs the role admin.')).toBeTruthy()
  expect(screen.getByText(/Your role is operator\. An admin can/)).toBeTruthy()
  expect(screen.queryByRole('textbox')).toBeNull()
})

it('asks nothing before a reason is given', () => {
  show()
  ask('  ')
  expect(screen.getByText(/Say in some words why/)).toBeTruthy()
  expect(fetched).not.toHaveBeenCalled()
})

it('reads with the reason, shows what passes, and says so on the page', async () => {
  const { body, send, end } = stream()
  fetched.mockResolvedValue(new Response(body))
  show()
  ask('Ticket 7')
  send({ type: 'tap', seq: 0, connection: info })
  send(message(1, '{"password":"[redacted]"}'))
  expect(await screen.findByText(/Reason on record: Ticket 7/)).toBeTruthy()
  expect(fetched).toHaveBeenCalledExactlyOnceWith(
    '/api/v1/connections/c1/messages',
    expect.objectContaining({ headers: { 'sockgate-reason': 'Ticket 7' } }),
  )
  expect(await screen.findByText('Showing 1 of 1 message.')).toBeTruthy()
  expect(screen.getByText('removed')).toBeTruthy()
  send({ type: 'ended', seq: 2, connection: null })
  end()
  expect(await screen.findByText('The connection is over.')).toBeTruthy()
  expect(screen.queryByText(/Reason on record/)).toBeNull()
})

it('puts a reason that no header can hold into the address', async () => {
  fetched.mockResolvedValue(new Response(stream().body))
  show()
  ask('Größe prüfen')
  await vi.waitFor(() => expect(fetched).toHaveBeenCalled())
  const url = new URL(fetched.mock.calls[0]![0], 'http://h')
  expect(url.searchParams.get('reason')).toBe('Größe prüfen')
})

it('says when the link breaks, and reads on when asked', async () => {
  const first = stream()
  const second = stream()
  fetched.mockResolvedValueOnce(new Response(first.body)).mockResolvedValueOnce(new Response(second.body))
  show()
  ask('Ticket 7')
  first.send({ type: 'tap', seq: 0, connection: info })
  first.send(message(1, 'one'))
  expect(await screen.findByText('Showing 1 of 1 message.')).toBeTruthy()
  first.end()
  expect(await screen.findByText('The link to the gateway broke, and with it the reading.')).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'Read on' }))
  second.send({ type: 'tap', seq: 0, connection: info })
  expect(await screen.findByText(/Reason on record: Ticket 7/)).toBeTruthy()
  expect(screen.getByText('one')).toBeTruthy()
})

it('stops the stream when asked', async () => {
  const { body, send } = stream()
  fetched.mockResolvedValue(new Response(body))
  show()
  ask('Ticket 7')
  send({ type: 'tap', seq: 0, connection: info })
  fireEvent.click(await screen.findByRole('button', { name: 'Stop reading' }))
  expect(fetched.mock.calls[0]![1].signal!.aborted).toBe(true)
  expect(screen.getByText('You have stopped reading.')).toBeTruthy()
})

it('shows why the gateway said no, and keeps the reason', async () => {
  fetched.mockResolvedValue(problem(429, 'too-many-taps', 'the messages of 8 connections are read already'))
  show()
  ask('Ticket 7')
  expect(await screen.findByText('The messages of 8 connections are read already.')).toBeTruthy()
  expect(screen.getByRole<HTMLInputElement>('textbox', { name: 'Reason' }).value).toBe('Ticket 7')
})

it('offers nothing for a connection that has ended', () => {
  show('closed')
  expect(screen.getByText('This connection has ended.')).toBeTruthy()
  expect(screen.queryByRole('textbox')).toBeNull()
})
