// @vitest-environment jsdom
import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import type { ViewName } from '../../../shared/client/views.ts'
import { KeyStore } from '../../keys/key-store.ts'
import { KeyContext } from '../../keys/use-key.ts'
import { fakeBrowser } from '../../testing/fake-browser.ts'
import { Composer } from './composer.tsx'
import { SentHistory } from './sent-history.ts'

const sent = vi.fn<(body: string | Uint8Array, message: unknown, types: unknown) => void>()
let stopKeys: () => void

function show(view: ViewName = 'payload', enabled = true): void {
  const keys = new KeyStore()
  stopKeys = keys.start()
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={new QueryClient()}>
        <KeyContext value={keys}>
          <Composer enabled={enabled} view={view} begin={null} history={new SentHistory()} onSend={sent} />
        </KeyContext>
      </QueryClientProvider>
    </MantineProvider>,
  )
}

beforeEach(() => {
  fakeBrowser()
  // The growing text area looks at it, and jsdom has none.
  Object.defineProperty(document, 'fonts', { value: new EventTarget(), configurable: true })
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('nobody asks here')))
  sent.mockReset()
})

afterEach(() => {
  vi.useRealTimers()
  stopKeys()
  cleanup()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

const message = (name = 'Message') => screen.getByRole<HTMLTextAreaElement>('textbox', { name })
const press = (name: string) => userEvent.click(screen.getByRole('button', { name }))
const choose = (name: string) => fireEvent.click(screen.getByRole('radio', { name }))

it('sends what was written as text, also when it looks like hex, and is empty again', async () => {
  show()
  await userEvent.type(message(), '00 ff{Enter}')
  expect(sent).toHaveBeenCalledExactlyOnceWith('00 ff', '00 ff', null)
  expect(message().value).toBe('')
})

it('makes a new line with Shift Enter, and sends with Ctrl Enter', async () => {
  show()
  await userEvent.type(message(), 'a{Shift>}{Enter}{/Shift}b')
  expect(sent).not.toHaveBeenCalled()
  await userEvent.keyboard('{Control>}{Enter}{/Control}')
  expect(sent).toHaveBeenCalledExactlyOnceWith('a\nb', 'a\nb', null)
})

it('sends bytes in hex, and keeps what is no hex, with a sentence', async () => {
  show()
  choose('Hex')
  await userEvent.type(message('Message in hex'), '00 fg')
  await press('Send')
  expect(sent).not.toHaveBeenCalled()
  expect(screen.getByText('“g” at character 5 is not a hex digit. Write 0–9 and a–f.')).toBeTruthy()
  expect(message('Message in hex').value).toBe('00 fg')
  fireEvent.change(message('Message in hex'), { target: { value: '00ff 0A' } })
  await press('Send')
  expect(sent).toHaveBeenCalledExactlyOnceWith(Uint8Array.of(0, 255, 10), Uint8Array.of(0, 255, 10), null)
  expect(screen.queryByText(/is not a hex digit/)).toBeNull()
})

it('checks JSON before it is sent', async () => {
  show()
  choose('JSON')
  fireEvent.change(message('Message as JSON'), { target: { value: '{"a":' } })
  await press('Send')
  expect(screen.getByText(/^This is not JSON: /)).toBeTruthy()
  expect(sent).not.toHaveBeenCalled()
})

it('brings back what was sent with ↑ in an empty composer, with its form', async () => {
  show()
  await userEvent.type(message(), 'one{Enter}two{Enter}')
  await userEvent.keyboard('{ArrowUp}')
  expect(message().value).toBe('two')
  await userEvent.keyboard('{ArrowUp}')
  expect(message().value).toBe('one')
  await userEvent.keyboard('{ArrowDown}{ArrowDown}')
  expect(message().value).toBe('')
  await userEvent.type(message(), 'x{ArrowUp}')
  expect(message().value).toBe('x')
})

it('gives a message its types where they travel', async () => {
  show('cbor')
  fireEvent.change(screen.getByRole('textbox', { name: 'User type' }), { target: { value: '7' } })
  await userEvent.type(message(), 'hi{Enter}')
  expect(sent).toHaveBeenCalledExactlyOnceWith('hi', { mtype: 2, utype: 7, payload: 'hi' }, { mtype: 2, utype: 7 })
})

it('sends nothing while it is not connected, and keeps what is written', async () => {
  show('payload', false)
  await userEvent.type(message(), 'hi{Enter}')
  expect(sent).not.toHaveBeenCalled()
  expect(message().value).toContain('hi')
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Send' }).disabled).toBe(true)
})

it('sends again and again, until it is stopped', async () => {
  show()
  await userEvent.type(message(), 'tick')
  await press('Repeat')
  vi.useFakeTimers()
  fireEvent.change(screen.getByRole('textbox', { name: 'Times' }), { target: { value: '3' } })
  fireEvent.click(screen.getByRole('button', { name: 'Start' }))
  await act(() => vi.advanceTimersByTimeAsync(1000))
  expect(sent).toHaveBeenCalledTimes(2)
  expect(screen.getByText('Stop: 2 of 3 sent')).toBeTruthy()
  await act(() => vi.advanceTimersByTimeAsync(5000))
  expect(sent).toHaveBeenCalledTimes(3)
})
