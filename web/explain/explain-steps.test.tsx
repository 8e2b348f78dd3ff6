// @vitest-environment jsdom
import { MantineProvider } from '@mantine/core'
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from '@tanstack/react-router'
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, it } from 'vitest'

import type { ExplainStep, Explanation } from '../../shared/api.ts'
import { fakeBrowser } from '../testing/fake-browser.ts'
import { ExplainSteps } from './explain-steps.tsx'
import { explanationText } from './explanation-text.ts'
import { foldSteps } from './fold-steps.ts'
import { finalVerdict, outcomeOf } from './outcome.ts'

const miss = (n: number): ExplainStep => ({
  stage: 'firewall',
  id: `r-${n}`,
  text: `allow in s${n} *`,
  matched: false,
  reason: `the service is pong, not s${n}`,
})
const decisive: ExplainStep = {
  stage: 'firewall',
  id: 'r-9',
  text: 'deny in pong *',
  matched: true,
  reason: 'the service is pong',
}

function explanation(misses: number, more: Partial<Explanation> = {}): Explanation {
  return {
    verdict: 'deny',
    rule: 'r-9',
    service: 'pong',
    target: '',
    version: 12,
    summary: 'Denied by r-9.',
    steps: [...Array.from({ length: misses }, (_, n) => miss(n)), decisive],
    ...more,
  }
}

beforeEach(fakeBrowser)
afterEach(cleanup)

async function show(shown: Explanation) {
  const router = createRouter({
    routeTree: createRootRoute({ component: () => <ExplainSteps explanation={shown} /> }),
    history: createMemoryHistory({ initialEntries: ['/'] }),
  })
  render(
    <MantineProvider env="test">
      <RouterProvider router={router as never} />
    </MantineProvider>,
  )
  await screen.findByRole('list')
}

it('folds more than three rules that did not match, and shows them when asked', async () => {
  await show(explanation(4))
  expect(screen.getAllByRole('listitem')).toHaveLength(2)
  screen.getByText('4 rules did not match')
  fireEvent.click(screen.getByRole('button', { name: 'Show' }))
  expect(screen.getAllByRole('listitem')).toHaveLength(5)
  screen.getByText('the service is pong, not s2')
})

it('marks the rule that decided, and leads to each', async () => {
  await show(explanation(3))
  const items = screen.getAllByRole('listitem')
  expect(items).toHaveLength(4)
  within(items[3]!).getByText('Denies')
  within(items[0]!).getByText('No match')
  const link = within(items[3]!).getByRole('link', { name: 'Open rule r-9' })
  expect(link.getAttribute('href')).toBe('/rules/firewall?edit=r-9')
})

it('folds no rule together with one of another stage', () => {
  const redirect: ExplainStep = { ...miss(0), stage: 'redirect', id: 'd-1' }
  const steps = [redirect, redirect, miss(1), miss(2), decisive]
  expect(foldSteps({ steps, rule: 'r-9' }).map(({ kind }) => kind)).toEqual(['step', 'step', 'step', 'step', 'step'])
})

it('says that the gateway refused what the rules had let in', () => {
  const check: ExplainStep = { stage: 'gateway', id: 'too-many', text: 'Too many', matched: true, reason: 'full' }
  const allowed = explanation(0, { verdict: 'allow', steps: [{ ...decisive, text: 'allow in pong *' }, check] })
  expect(allowed.steps.map((step) => outcomeOf(step, allowed))).toEqual(['allow', 'failed'])
  expect(finalVerdict(allowed)).toBe('deny')
})

it('copies every step as text', () => {
  expect(explanationText(explanation(1), 'version 12').split('\n')).toEqual([
    'Denied: pong',
    'Denied by r-9.',
    'Decided by: r-9',
    'Rules asked: version 12',
    '',
    '[Firewall] No match: allow in s0 * (r-0)',
    '    the service is pong, not s0',
    '[Firewall] Denies: deny in pong * (r-9)',
    '    the service is pong',
  ])
})
