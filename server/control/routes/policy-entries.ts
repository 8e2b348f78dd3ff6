import { z } from 'zod'

import { moveBody } from '../../../shared/api.ts'
import { answer } from '../answer.ts'
import { changeOptions, commitOptions } from '../change-options.ts'
import { actorOf } from '../identity.ts'
import { etag, expectedVersion, ifMatchHonoured } from '../if-match.ts'
import { entryLists, entryOf, withMoved, withNew, without, withPatch } from '../policy-entries.ts'
import type { Entry, EntryList } from '../policy-entries.ts'
import type { Api, Route, RouteContext } from '../route.ts'
import { entryValidator } from '../validate.ts'

const params = z.strictObject({ id: z.string().max(60) })

/** What stands in a body besides the entry. */
interface Besides {
  readonly before?: string | null | undefined
  readonly comment: string
}

/**
 * `POST /policy/rules`, `PATCH` and `DELETE /policy/rules/{id}`, `POST /policy/rules/{id}/move`, and the same for
 * redirects and tests: each one edit, which is one new version. `If-Match` is held against the version in force when it
 * is sent.
 */
export const policyEntries: Route = (api, context) => {
  for (const list of entryLists) {
    addCreate(api, context, list)
    addPatch(api, context, list)
    addDelete(api, context, list)
    addMove(api, context, list)
  }
}

function addCreate(api: Api, { deps: { policy } }: RouteContext, list: EntryList): void {
  const schema = {
    summary: `Add a ${list.noun}`,
    description: 'At the top, unless `before` names the entry to stand in front of; null: at the end.',
    tags: ['policy'],
    headers: ifMatchHonoured,
    querystring: changeOptions,
    body: list.create.meta({ examples: [list.example] }),
    response: { 201: answer(list.schema) },
  }
  api.post(`/policy/${list.name}`, { schema, validatorCompiler: entryValidator }, async (request, reply) => {
    const { before, comment, ...entry } = request.body as Entry & Besides
    let place = 0
    const record = await policy.edit(
      (document) => {
        const changed = withNew(document, list, entry, before)
        place = changed.at
        return changed.document
      },
      actorOf(request),
      options(request, comment),
    )
    const added = record.document[list.name][place]!
    const headers = { etag: etag(record.version), location: `/api/v1/policy/${list.name}/${added.id}` }
    return reply.code(201).headers(headers).send(added)
  })
}

function addPatch(api: Api, { deps: { policy } }: RouteContext, list: EntryList): void {
  const schema = {
    summary: `Change a ${list.noun}`,
    description: 'What is left out stays; null removes a field, or gives it its default.',
    tags: ['policy'],
    params,
    headers: ifMatchHonoured,
    querystring: changeOptions,
    body: list.patch.meta({ examples: [{ note: 'until the move' }] }),
    response: { 200: answer(list.schema) },
  }
  api.patch(`/policy/${list.name}/:id`, { schema, validatorCompiler: entryValidator }, async (request, reply) => {
    const { comment, ...patch } = request.body as Entry & Besides
    const { id } = request.params
    const record = await policy.edit(
      (document) => withPatch(document, list, id, patch),
      actorOf(request),
      options(request, comment),
    )
    return reply.header('etag', etag(record.version)).send(entryOf(record.document, list, id))
  })
}

function addDelete(api: Api, { deps: { policy } }: RouteContext, list: EntryList): void {
  const schema = {
    summary: `Remove a ${list.noun}`,
    tags: ['policy'],
    params,
    headers: ifMatchHonoured,
    querystring: changeOptions,
  }
  api.delete(`/policy/${list.name}/:id`, { schema }, async (request, reply) => {
    const change = (document: Parameters<typeof without>[0]) => without(document, list, request.params.id)
    const record = await policy.edit(change, actorOf(request), options(request, ''))
    return reply.code(204).header('etag', etag(record.version)).send()
  })
}

function addMove(api: Api, { deps: { policy } }: RouteContext, list: EntryList): void {
  const schema = {
    summary: `Move a ${list.noun}`,
    tags: ['policy'],
    params,
    headers: ifMatchHonoured,
    querystring: changeOptions,
    body: moveBody.meta({ examples: [{ before: null }] }),
    response: { 200: answer(list.schema) },
  }
  api.post(`/policy/${list.name}/:id/move`, { schema, validatorCompiler: entryValidator }, async (request, reply) => {
    const { id } = request.params
    const record = await policy.edit(
      (document) => withMoved(document, list, id, request.body.before),
      actorOf(request),
      options(request, ''),
    )
    return reply.header('etag', etag(record.version)).send(entryOf(record.document, list, id))
  })
}

/** @param comment of the body; that of the query counts when it is empty */
function options(
  request: Parameters<typeof expectedVersion>[0] & { readonly query: z.output<typeof changeOptions> },
  comment: string,
) {
  const { query } = request
  return commitOptions(
    { ...query, comment: comment === '' ? query.comment : comment },
    { where: 'query', kind: 'edit', expected: expectedVersion(request, false) },
  )
}
