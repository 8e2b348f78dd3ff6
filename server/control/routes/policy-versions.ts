import { z } from 'zod'

import { PAGE_SIZE } from '../../../shared/api.ts'
import { answerLike } from '../answer.ts'
import { changeOptions, commitOptions } from '../change-options.ts'
import type { ChangeOptions } from '../change-options.ts'
import { actorOf } from '../identity.ts'
import { etag, expectedVersion, ifMatchHonoured } from '../if-match.ts'
import type { Api, Route, RouteContext } from '../route.ts'
import { stateExample, versionExample } from '../state-example.ts'

const number = z
  .string('must be the number of a version')
  .regex(/^[1-9]\d{0,8}$/, 'must be the number of a version')
  .transform(Number)
const params = z.strictObject({ version: number })
const tags = ['policy']

/** A body may be left out: then everything has its default. */
const howBody = changeOptions.nullish()
const usual: ChangeOptions = changeOptions.parse({})

/** `GET /policy/versions`, `GET /policy/versions/{n}`, `POST /policy/versions/{n}/restore`, `POST /policy/undo`. */
export const policyVersions: Route = (api, context) => {
  addList(api, context)
  addOne(api, context)
  addRestore(api, context)
  addUndo(api, context)
}

function addList(api: Api, { deps: { policy } }: RouteContext): void {
  const schema = {
    summary: 'Versions of the policy, newest first',
    tags,
    querystring: z.strictObject({ cursor: number.optional() }),
    response: {
      200: answerLike({ versions: [versionExample], nextCursor: '12' }, 'One page; the cursor asks for the next'),
    },
  }
  api.get('/policy/versions', { schema }, ({ query }) => {
    const versions = policy.versions({ before: query.cursor ?? null, limit: PAGE_SIZE + 1 })
    const page = versions.slice(0, PAGE_SIZE)
    return { versions: page, nextCursor: versions.length > PAGE_SIZE ? String(page.at(-1)!.version) : null }
  })
}

function addOne(api: Api, { deps: { policy } }: RouteContext): void {
  const schema = {
    summary: 'One version, and what it changed',
    description: '`changes` are those since the version before, or since `against`.',
    tags,
    params,
    querystring: z.strictObject({ against: number.optional() }),
    response: { 200: answerLike({ ...versionExample, document: {}, against: 11, changes: [] }, 'With its document') },
  }
  api.get('/policy/versions/:version', { schema }, ({ params: { version }, query }, reply) => {
    const record = policy.version(version)
    const against = query.against ?? (version > 1 ? version - 1 : null)
    const changes = against === null ? [] : policy.changes(against, version)
    return reply.header('etag', etag(version)).send({ ...record, against, changes })
  })
}

function addRestore(api: Api, { deps: { policy } }: RouteContext): void {
  const schema = {
    summary: 'Bring an old version into force again, as a new one',
    tags,
    params,
    headers: ifMatchHonoured,
    body: howBody,
    response: { 200: answerLike(stateExample, 'What is in force now') },
  }
  api.post('/policy/versions/:version/restore', { schema }, async (request, reply) => {
    const { version, document } = policy.version(request.params.version)
    const options = commitOptions(said(request.body, `version ${version} restored`), {
      where: 'body',
      kind: 'restore',
      expected: expectedVersion(request, false),
    })
    const record = await policy.commit(document, actorOf(request), options)
    return reply.header('etag', etag(record.version)).send(policy.state())
  })
}

function addUndo(api: Api, { deps: { policy } }: RouteContext): void {
  const schema = {
    summary: 'Undo the last change',
    description: 'Brings the version before the one in force back, as a new one.',
    tags,
    headers: ifMatchHonoured,
    body: howBody,
    response: { 200: answerLike(stateExample, 'What is in force now') },
  }
  api.post('/policy/undo', { schema }, async (request, reply) => {
    const { version } = policy.current()
    const { document } = policy.version(version - 1)
    const options = commitOptions(said(request.body, `version ${version} undone`), {
      where: 'body',
      kind: 'restore',
      // Whoever was quicker has made the last change; that one was not meant.
      expected: expectedVersion(request, false) ?? version,
    })
    const record = await policy.commit(document, actorOf(request), options)
    return reply.header('etag', etag(record.version)).send(policy.state())
  })
}

function said(body: ChangeOptions | null | undefined, comment: string): ChangeOptions {
  const options = body ?? usual
  return options.comment === '' ? { ...options, comment } : options
}
