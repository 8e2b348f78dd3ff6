import { Readable } from 'node:stream'

import { z } from 'zod'

import type { AuditPage } from '../../../shared/api.ts'
import { answerLike } from '../answer.ts'
import { EXPORT_FORMATS, exportAudit } from '../audit-export.ts'
import { auditExample, verdictExample } from '../examples.ts'
import { byOf } from '../identity.ts'
import type { Route } from '../route.ts'

const tags = ['audit']

const querySchema = z.strictObject({
  before: z.coerce.number('must be the seq of an entry').int('must be the seq of an entry').min(1).optional(),
  limit: z.coerce.number('must be a number').int('must be a whole number').min(1).max(1000).default(100),
  q: z.string('must be given once').max(200, 'must have at most 200 characters').default(''),
})
const exportQuery = z.strictObject({
  format: z.enum(EXPORT_FORMATS, `must be ${EXPORT_FORMATS.join(' or ')}`).default('jsonl'),
})

/**
 * `GET /audit?before=&limit=&q=`: newest first. `POST /audit/verify`: reads the whole chain and names the first entry
 * that is wrong. `GET /audit/export?format=`: all of it as a file; that it was taken is an entry itself.
 */
export const audit: Route = (api, { deps }) => {
  api.get(
    '/audit',
    {
      schema: {
        summary: 'Who did what',
        tags,
        querystring: querySchema,
        response: { 200: answerLike({ entries: [auditExample], nextBefore: null }, 'One page') },
      },
    },
    ({ query }): AuditPage => {
      const { before = null, limit, q } = query
      const found = deps.audit.list({ before, limit: limit + 1, q })
      const entries = found.slice(0, limit)
      return { entries, nextBefore: found.length > limit ? entries.at(-1)!.seq : null }
    },
  )

  api.post(
    '/audit/verify',
    {
      schema: {
        summary: 'Check the chain of entries',
        tags,
        response: { 200: answerLike(verdictExample, 'Whether it is whole') },
      },
    },
    () => deps.audit.verify(),
  )

  api.get(
    '/audit/export',
    { exposeHeadRoute: false, schema: { summary: 'All entries as a file', tags, querystring: exportQuery } },
    (request, reply) => {
      const { format } = request.query
      const { name: actor, from, requestId } = byOf(request)
      deps.audit.append({
        actor,
        from,
        requestId,
        action: 'audit.export',
        object: 'audit log',
        result: 'ok',
        detail: `as ${format}`,
      })
      return reply
        .type(format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson; charset=utf-8')
        .header('content-disposition', `attachment; filename="sockgate-audit.${format}"`)
        .send(Readable.from(exportAudit(deps.audit, format)))
    },
  )
}
