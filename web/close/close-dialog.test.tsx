// @vitest-environment jsdom
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type { CloseManyBody } from '../../shared/api.ts'
import { makeQueryClient } from '../data/query-client.ts'
import { KeyStore } from '../keys/key-store.ts'
import { KeyContext } from '../keys/use-key.ts'
import { LiveStore } from '../live/live-store.ts'
import { LiveContext } from '../live/use-live.ts'
import { connectionInfo } from '../testing/connection-info.ts'
import { FakeApi, problem } from '../testing/fake-api.ts'
import { fakeBrowser } from '../testing/fake-browser.ts'
import { policyState } from '../testing/policy-state.ts'
import { CloseDialog } from './close-dialog.tsx'
import { closeManyBody, closingOf, firstPlan, isReady, maySend } from './close-plan.ts'

let api: FakeApi
const onClose = vi.fn<() => void>()
let stop: () => void

beforeEach(() => {
  fakeBrowser()
  onClose.mockReset()
  api = new FakeApi({
    'POST /connections/close': (body) => {
      const { filter, dryRun } = body as CloseManyBody
      const count = filter.ids?.length ?? 40
      const result = { count, perService: { pong: count }, perSecond: 10, takesMs: count * 100, dryRun, job: null }
      return Response.json(result)
    },
    'DELETE /connections/c1': () => new Response(null, { status: 204 }),
  })
})

afterEach(() => {
  stop()
  cleanup()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

async function show(ids: readonly string[], block = false) {
  const live = new LiveStore()
  const open = ids.map((id) => connectionInfo(id, { user: 'anna' }))
  live.apply({ type: 'snapshot', seq: 1, open, recent: [], services: [], policy: policyState() }, 0)
  const keys = new KeyStore()
  stop = keys.start()
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={makeQueryClient()}>
        <LiveContext value={live}>
          <KeyContext value={keys}>
            <CloseDialog ids={ids} block={block} onClose={onClose} />
          </KeyContext>
        </LiveContext>
      </QueryClientProvider>
    </MantineProvider>,
  )
  await screen.findByRole('dialog')
  await waitFor(() => expect(api.bodies('POST /connections/close')).not.toEqual([]))
}

const many = (count: number) => Array.from({ length: count }, (_, i) => `c${i}`)
const button = (name: string | RegExp) => screen.getByRole<HTMLButtonElement>('button', { name })
const closings = () => api.bodies('POST /connections/close').filter((body) => !(body as CloseManyBody).dryRun)

describe('closing one', () => {
  it('has Cancel in front, and Enter in a field closes nothing', async () => {
    await show(['c1'])
    await waitFor(() => expect(document.activeElement?.textContent).toBe('Cancel'))
    expect(screen.getByText('anna to pong')).toBeTruthy()
    fireEvent.keyDown(screen.getByLabelText('Reason'), { key: 'Enter' })
    expect(api.bodies('DELETE /connections/c1')).toEqual([])
  })

  it('says what the client gets, and sends just that', async () => {
    await show(['c1'])
    expect(screen.getByText('code 4410, reason “Closed by an administrator”')).toBeTruthy()
    fireEvent.change(screen.getByLabelText('Close code'), { target: { value: '1012' } })
    fireEvent.change(screen.getByLabelText('Reason'), { target: { value: 'update' } })
    expect(screen.getByText('code 1012, reason “update”')).toBeTruthy()
    await waitFor(() => expect(button('Close it').disabled).toBe(false))
    fireEvent.click(button('Close it'))
    await waitFor(() => expect(onClose).toHaveBeenCalledOnce())
    expect(api.bodies('DELETE /connections/c1')).toEqual([{ code: 1012, reason: 'update' }])
  })

  it('closes by Ctrl Enter, and keeps the client out when asked', async () => {
    await show(['c1'], true)
    await waitFor(() => expect(button('Close and block').disabled).toBe(false))
    await act(async () => void fireEvent.keyDown(screen.getByLabelText('Reason'), { key: 'Enter', ctrlKey: true }))
    await waitFor(() => expect(onClose).toHaveBeenCalledOnce())
    expect(api.bodies('DELETE /connections/c1')).toEqual([{ code: 4410, blockFor: '10m' }])
  })

  it('stays open with the reason when it fails', async () => {
    api.answer({ 'DELETE /connections/c1': () => problem(409, 'not-open', 'this connection has ended already') })
    await show(['c1'])
    await waitFor(() => expect(button('Close it').disabled).toBe(false))
    fireEvent.click(button('Close it'))
    await screen.findByText('This connection has ended already.')
    expect(onClose).not.toHaveBeenCalled()
  })

  it('lets nobody send what a close frame can not hold', async () => {
    await show(['c1'])
    fireEvent.change(screen.getByLabelText('Reason'), { target: { value: 'ü'.repeat(62) } })
    expect(screen.getByText('1 byte too long')).toBeTruthy()
    expect(button('Close it').disabled).toBe(true)
  })
})

describe('closing many', () => {
  it('wants the number typed above ten', async () => {
    await show(many(11))
    const confirm = await screen.findByRole<HTMLButtonElement>('button', { name: 'Close 11' })
    const field = screen.getByLabelText('Type 11 to confirm')
    await screen.findByText(/It takes 1s/)
    fireEvent.change(field, { target: { value: '1' } })
    expect(confirm.disabled).toBe(true)
    fireEvent.change(field, { target: { value: '11' } })
    expect(confirm.disabled).toBe(false)
    fireEvent.click(confirm)
    await waitFor(() => expect(onClose).toHaveBeenCalledOnce())
    expect(closings()).toEqual([{ filter: { ids: many(11) }, code: 4410, pace: { perSecond: 10 }, dryRun: false }])
  })

  it('asks for no number up to ten, and shows how many of which service', async () => {
    await show(many(10))
    expect(screen.queryByLabelText(/to confirm/)).toBeNull()
    expect(await screen.findByRole('cell', { name: 'pong' })).toBeTruthy()
    await waitFor(() => expect(button('Close 10').disabled).toBe(false))
  })

  it('says what is in the way of a block before anything is closed', async () => {
    api.answer({ 'POST /connections/close': () => problem(422, 'too-many-blocks', 'these are 60 clients') })
    await show(many(3))
    await screen.findByText('These are 60 clients.')
    expect(button('Close 3').disabled).toBe(true)
  })
})

describe('the plan', () => {
  it('knows which codes may be sent', () => {
    expect(['1000', '1012', '1014', '3000', '4410', '4999'].filter((code) => !maySend(code))).toEqual([])
    expect(['', '999', '1004', '1005', '1006', '1010', '1015', '2999', '5000', '44 1', 'abcd'].filter(maySend)).toEqual(
      [],
    )
  })

  it('leaves out what nobody has said', () => {
    expect(closingOf({ ...firstPlan(1, false), reason: '  ' })).toEqual({ code: 4410 })
    expect(isReady({ ...firstPlan(1, false), code: '12' })).toBe(false)
  })

  it('spreads many over time', () => {
    const plan = { ...firstPlan(50, false), pace: 'spread' } as const
    expect(closeManyBody({ state: 'open' }, plan, true)).toMatchObject({ over: '5m', dryRun: true })
    expect(firstPlan(50, false).pace).toBe('slow')
    expect(firstPlan(3, false).pace).toBe('once')
  })
})
