// @vitest-environment jsdom
import { act, cleanup, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import type { Role } from '../../../shared/api.ts'
import { connectionInfo } from '../../testing/connection-info.ts'
import { anna, FakeApi, problem } from '../../testing/fake-api.ts'
import { fakeBrowser } from '../../testing/fake-browser.ts'
import { serviceInfo } from '../../testing/service-info.ts'
import { frameAnswers, showPage } from '../../testing/show-page.tsx'
import { ServicesPage } from './services-page.tsx'

const services = [
  serviceInfo('chat', { from: 'dashboard' }),
  serviceInfo('mail', { state: 'down', lastError: 'no permission: socket is 0600 owned by mail' }),
  serviceInfo('pong', { from: 'defined' }),
]
const done = () => Response.json({})

let api: FakeApi

beforeEach(() => {
  fakeBrowser()
  vi.stubGlobal('scrollTo', () => undefined)
  localStorage.clear()
  api = new FakeApi(frameAnswers)
})

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

async function show(address = '/services', role: Role = 'admin', shown = services) {
  api.answer({ 'GET /session': () => Response.json({ ...anna, role }) })
  const open = [connectionInfo('a', { service: 'chat' }), connectionInfo('b', { service: 'chat' })]
  const live = await showPage('/services', ServicesPage, address, {
    services: shown,
    open: shown === services ? open : [],
  })
  await screen.findByRole('heading', { level: 1, name: 'Services' })
  return live
}

const menu = async (name: string) => {
  await userEvent.click(await screen.findByRole('button', { name: `Actions for ${name}` }))
  return (item: string) => screen.findByRole('menuitem', { name: item })
}

it('lists services with their connections and what is wrong with them', async () => {
  await show()
  const table = within(await screen.findByRole('table'))
  expect(table.getByText('No permission: socket is 0600 owned by mail.')).toBeTruthy()
  const link = table.getByRole('link', { name: '2 connections to chat: show' })
  expect(link.getAttribute('href')).toBe('/connections?filter=service%3Achat')
  expect(table.getAllByRole('rowheader').map((cell) => cell.querySelector('a')?.textContent)).toEqual([
    'chat',
    'mail',
    'pong',
  ])
})

it('shows what the address asks for, and says when that is nothing', async () => {
  await show('/services?show=down')
  expect(await screen.findAllByRole('rowheader')).toHaveLength(1)
  await userEvent.type(screen.getByRole('textbox', { name: 'Filter services' }), 'nobody')
  expect(await screen.findByText('There are 3 without the filter.')).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: 'Clear filter' }))
  expect(await screen.findAllByRole('rowheader')).toHaveLength(3)
})

it('probes, and shows the result beside the service', async () => {
  await show()
  const answer = { ok: false, tookMs: 2, message: 'nobody listens on this socket', service: services[0] }
  api.answer({ 'POST /services/chat/probe': () => Response.json(answer) })
  await userEvent.click(await screen.findByRole('button', { name: 'Probe chat' }))
  expect(await screen.findByText('Nobody listens on this socket.')).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: 'Dismiss the result' }))
  expect(screen.queryByText('Nobody listens on this socket.')).toBeNull()
})

it('asks what happens to open connections before it disables', async () => {
  await show()
  api.answer({ 'POST /services/chat/disable': done })
  await userEvent.click(await (await menu('chat'))('Disable…'))
  const dialog = within(await screen.findByRole('dialog', { name: 'Disable chat?' }))
  expect(dialog.getByText('2 connections are open. What happens to them?')).toBeTruthy()
  await userEvent.click(dialog.getByRole('radio', { name: 'Close little by little, over' }))
  await userEvent.click(dialog.getByRole('button', { name: 'Disable' }))
  await waitFor(() =>
    expect(api.bodies('POST /services/chat/disable')).toEqual([{ existing: 'drain', drainOver: '30s' }]),
  )
})

it('deletes only once the name is typed', async () => {
  await show()
  api.answer({ 'DELETE /services/chat': () => new Response(null, { status: 204 }) })
  await userEvent.click(await (await menu('chat'))('Delete…'))
  const button = await screen.findByRole('button', { name: 'Delete' })
  expect(button).toHaveProperty('disabled', true)
  await userEvent.type(screen.getByRole('textbox', { name: 'Type chat to delete it' }), 'chat{Enter}')
  await waitFor(() => expect(api.bodies('DELETE /services/chat')).toHaveLength(1))
})

it('adds a service, and says at the field what is wrong with it', async () => {
  await show('/services?edit=new')
  const field = (name: string) => screen.findByRole('textbox', { name })
  await userEvent.type(await field('Name'), 'pong')
  await userEvent.type(await field('Target'), 'unix:/run/x')
  await userEvent.click(screen.getByRole('button', { name: 'Add service' }))
  expect(await screen.findByText(/defines a service of this name, and wins/)).toBeTruthy()
  expect(document.activeElement).toBe(await field('Name'))
  await userEvent.clear(await field('Name'))
  await userEvent.type(await field('Name'), 'x')
  const put = vi.fn<() => Response>(() => problem(400, 'invalid-request', 'the target is a directory, not a socket'))
  api.answer({ 'PUT /services/x': put })
  await userEvent.click(screen.getByRole('button', { name: 'Add service' }))
  expect(await screen.findByText('The target is a directory, not a socket.')).toBeTruthy()
  put.mockImplementation(done)
  await userEvent.click(screen.getByRole('button', { name: 'Add service' }))
  await waitFor(() => expect(screen.queryByRole('button', { name: 'Add service' })).toBeNull())
  expect(api.bodies('PUT /services/x').at(-1)).toEqual({ target: 'unix:/run/x' })
})

it('makes a candidate a service; what is out of reach has no button', async () => {
  const found = (name: string, reachable: boolean) => ({
    name,
    target: `unix:/run/${name}`,
    kind: 'unix',
    owner: 'mail',
    reachable,
    verdict: 'owned by mail',
    known: false,
  })
  api.answer({
    'GET /services/candidates': () => Response.json({ candidates: [found('near', true), found('far', false)] }),
    'PUT /services/near': done,
  })
  await show('/services?find=1')
  await userEvent.click(await screen.findByRole('button', { name: 'Add near as a service' }))
  await waitFor(() => expect(api.bodies('PUT /services/near')).toEqual([{ target: 'unix:/run/near' }]))
  expect(screen.queryByRole('button', { name: 'Add far as a service' })).toBeNull()
})

it('offers the built-in echo service where there is none, and says why it did not start', async () => {
  await show('/services', 'admin', [])
  api.answer({ 'POST /services/echo': () => problem(500, 'internal', 'the socket could not be made') })
  await userEvent.click(await screen.findByRole('button', { name: 'Start the built-in echo service' }))
  expect(await screen.findByText('The socket could not be made.')).toBeTruthy()
})

it('leaves out for a viewer what changes anything', async () => {
  await show('/services?edit=new', 'viewer')
  await screen.findByRole('table')
  expect(screen.queryByRole('button', { name: /New service|Find services|Probe/ })).toBeNull()
  expect(screen.queryByRole('textbox', { name: 'Target' })).toBeNull()
  const item = await menu('chat')
  expect(await item('Try it')).toBeTruthy()
  expect(screen.queryByRole('menuitem', { name: /Disable|Delete|Edit/ })).toBeNull()
})

it('follows the feed', async () => {
  const live = await show()
  await screen.findByRole('table')
  await act(async () => {
    live.apply({ type: 'services', seq: 2, services: [serviceInfo('new')] }, Date.now())
    live.setLink({ type: 'live' })
  })
  expect(await screen.findByRole('link', { name: 'new' })).toBeTruthy()
})
