import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'

import type { FastifyRequest } from 'fastify'

import type { CheckLine, SettingsAnswer } from '../../../shared/dashboard.ts'
import { logLevelBody } from '../../../shared/dashboard.ts'
import { answerLike } from '../answer.ts'
import { readMs } from '../change-options.ts'
import { check } from '../check.ts'
import { settingsExample } from '../examples.ts'
import { byOf } from '../identity.ts'
import { licences } from '../licences.ts'
import { ApiError } from '../problem.ts'
import type { Route } from '../route.ts'

const tags = ['settings']
const FOR_MIN_MS = 1000
const FOR_MAX_MS = 24 * 3_600_000

/**
 * `GET /settings`: what the gateway runs with, and who has set it. `POST /settings/log-level`: another level for a while.
 * `POST /settings/tls-reload`: certificate and key anew. `POST /settings/check`: what is wrong. `GET /settings/backup`:
 * the database as it is now. All that changes or hands out something is in the audit log.
 */
export const settings: Route = (api, { deps }) => {
  const { settings: desk, audit } = deps

  const answer = (): SettingsAnswer => ({
    settings: desk.settings(),
    certificate: desk.certificate(),
    log: desk.log(),
    about: {
      version: deps.status().version,
      node: process.versions.node,
      platform: `${process.platform} ${process.arch}`,
      licences: licences(),
    },
  })
  const note = (request: FastifyRequest, action: string, object: string, detail: string) => {
    const { name: actor, from, requestId } = byOf(request)
    audit.append({ actor, from, requestId, action, object, result: 'ok', detail })
  }

  const response = { 200: answerLike(settingsExample, 'As they are now') }
  api.get('/settings', { schema: { summary: 'What the gateway runs with', tags, response } }, answer)

  const changing = { summary: 'Another log level for a while', tags, body: logLevelBody, response }
  api.post('/settings/log-level', { schema: changing }, (request) => {
    const { level, for: time } = request.body
    const forMs = readMs(time, FOR_MIN_MS, FOR_MAX_MS, 'for', 'body')
    note(request, 'settings.log-level', 'log', `${level} for ${time}`)
    desk.setLogLevel(level, forMs)
    return answer()
  })

  const reloading = { summary: 'Read certificate and key again', tags, response }
  api.post('/settings/tls-reload', { schema: reloading }, (request) => {
    if (desk.certificate() === null) throw new ApiError('invalid-request', 'no listener uses TLS')
    try {
      desk.reloadTls()
    } catch (error) {
      throw new ApiError('invalid-request', `${(error as Error).message}; the old certificate stays in use`)
    }
    note(request, 'settings.tls-reload', 'certificate', desk.certificate()?.subject ?? '')
    return answer()
  })

  const example: CheckLine = { ok: true, title: 'The audit log is whole', detail: '1,204 entries' }
  const checking = {
    summary: 'Look for what is wrong',
    tags,
    response: { 200: answerLike({ checks: [example] }, 'What was looked at') },
  }
  api.post('/settings/check', { schema: checking }, async () => ({ checks: await check(deps) }))

  const saving = { summary: 'A consistent copy of the database', tags, produces: ['application/vnd.sqlite3'] }
  api.get('/settings/backup', { exposeHeadRoute: false, schema: saving }, async (request, reply) => {
    note(request, 'settings.backup', 'database', '')
    const path = await desk.backup()
    const day = new Date().toISOString().slice(0, 10)
    const file = createReadStream(path)
    file.on('close', () => void rm(path, { force: true }))
    return reply
      .type('application/vnd.sqlite3')
      .header('content-disposition', `attachment; filename="sockgate-${day}.db"`)
      .send(file)
  })
}
