// @vitest-environment jsdom
import { cleanup, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import type { ServiceInfo } from '../../../shared/connection.ts'
import { anna, FakeApi, problem } from '../../testing/fake-api.ts'
import { fakeBrowser } from '../../testing/fake-browser.ts'
import { serviceInfo } from '../../testing/service-info.ts'
import { frameAnswers, showPage } from '../../testing/show-page.tsx'
import { WelcomePage } from './welcome-page.tsx'

let api: FakeApi

beforeEach(() => {
  fakeBrowser()
  vi.stubGlobal('scrollTo', () => undefined)
  localStorage.clear()
  api = new FakeApi({
    ...frameAnswers,
    'GET /session': () => Response.json(anna),
    'GET /status': () => Response.json({ listeners: ['ws://127.0.0.1:8080'], rundir: '/run/ipc' }),
    'GET /services/candidates': () => Response.json({ candidates: [] }),
    'POST /explain': () => Response.json({ verdict: 'allow' }),
  })
})

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

const show = (services: ServiceInfo[], address = '/welcome') => showPage('/welcome', WelcomePage, address, { services })

it('leads from a service that is there to where it is', async () => {
  await show([serviceInfo('clock'), serviceInfo('pong')])
  expect((await screen.findByRole('listitem', { current: 'step' })).textContent).toContain('Service')
  await userEvent.click(screen.getByRole('button', { name: 'Use pong' }))
  expect(await screen.findByText('Your service pong is at')).toBeTruthy()
  expect((await screen.findAllByText('ws://127.0.0.1:8080/pong')).length).toBeGreaterThan(0)
  expect(screen.getByRole('link', { name: 'Try it now' }).getAttribute('href')).toBe('/try?service=pong&connect=1')
  expect(screen.getByRole('link', { name: 'Invite a colleague' }).getAttribute('href')).toBe(
    '/settings?section=accounts',
  )
  expect(screen.getByRole('listitem', { current: 'step' }).textContent).toContain('Done')
})

it('starts the built-in one where there is none', async () => {
  const live = await show([])
  api.answer({ 'POST /services/echo': () => Response.json(serviceInfo('echo')) })
  const button = await screen.findByRole('button', { name: 'Start the built-in echo service' })
  live.apply({ type: 'services', seq: 2, services: [serviceInfo('echo')] }, Date.now())
  await userEvent.click(button)
  expect(await screen.findByText('Your service echo is at')).toBeTruthy()
})

it('makes what was found a service, or says why not', async () => {
  const candidate = {
    name: 'app',
    target: 'unix:/run/app',
    kind: 'unix',
    owner: 'root',
    reachable: true,
    verdict: 'we may connect',
    known: false,
  }
  api.answer({
    'GET /services/candidates': () => Response.json({ candidates: [candidate] }),
    'PUT /services/app': () => problem(400, 'invalid-request', 'the disk is full'),
  })
  await show([serviceInfo('pong')])
  await userEvent.click(await screen.findByRole('button', { name: 'Use app' }))
  expect(await screen.findByText('The disk is full.')).toBeTruthy()
})

it('says so when the service is gone', async () => {
  await show([serviceInfo('pong')], '/welcome?service=echo')
  expect(await screen.findByText(/There is no service called echo any more/)).toBeTruthy()
})
