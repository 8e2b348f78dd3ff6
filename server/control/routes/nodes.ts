import { hostname } from 'node:os'

import { answerLike } from '../answer.ts'
import type { Route } from '../route.ts'

/** `GET /workers`, `GET /nodes`: the processes of this gateway, and the gateways that share its policy: one of each. */
export const nodes: Route = (api, { deps }) => {
  const worker = () => {
    const { pid, startedAt, state, openConnections } = deps.status()
    return { id: 0, pid, startedAt, state, openConnections, memoryBytes: process.memoryUsage.rss() }
  }
  const workerExample = {
    id: 0,
    pid: 4242,
    startedAt: 1_795_200_000_000,
    state: 'running',
    openConnections: 3,
    memoryBytes: 80_000_000,
  }
  const workers = {
    summary: 'Processes of this gateway',
    tags: ['gateway'],
    response: { 200: answerLike({ workers: [workerExample] }, 'One, unless more were asked for') },
  }
  api.get('/workers', { schema: workers }, () => ({ workers: [worker()] }))

  const nodeExample = { name: 'gate-1', self: true, version: '1.0.0', pid: 4242, startedAt: 1_795_200_000_000 }
  const schema = {
    summary: 'Gateways that share the policy',
    tags: ['gateway'],
    response: { 200: answerLike({ nodes: [{ ...nodeExample, state: 'running', uptimeMs: 60_000 }] }, 'Only this one') },
  }
  api.get('/nodes', { schema }, () => {
    const { version, pid, startedAt, state } = deps.status()
    const uptimeMs = Math.max(0, Date.now() - startedAt)
    return { nodes: [{ name: hostname(), self: true, version, pid, startedAt, state, uptimeMs }] }
  })
}
