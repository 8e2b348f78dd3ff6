import { z } from 'zod'

import { newUserBody, userChangesBody } from '../../../shared/api.ts'
import type { UserInfo } from '../../../shared/api.ts'
import type { UserChanges } from '../../accounts/desk.ts'
import { answerLike } from '../answer.ts'
import { userExample } from '../examples.ts'
import { byOf } from '../identity.ts'
import { ApiError } from '../problem.ts'
import type { Route } from '../route.ts'

const tags = ['accounts']
const bodyLimit = 32 * 1024
const account = answerLike(userExample, 'The account')
const params = z.strictObject({ name: z.string() })

/**
 * `GET`/`POST /users`, `GET`/`PATCH`/`DELETE /users/{name}`: accounts of administrators and of clients. What loses its
 * right by a change ends within a second: sessions, tokens, connections.
 */
export const users: Route = (api, { deps: { accounts, drafts } }) => {
  function find(name: string): UserInfo {
    const user = accounts.users().find((candidate) => candidate.name === name)
    if (user === undefined) throw new ApiError('unknown', 'there is no user of this name')
    return user
  }

  api.get(
    '/users',
    { schema: { summary: 'All accounts', tags, response: { 200: answerLike({ users: [userExample] }, 'By name') } } },
    () => ({ users: accounts.users() }),
  )

  api.get(
    '/users/:name',
    { schema: { summary: 'One account', tags, params, response: { 200: account } } },
    ({ params: { name } }) => find(name),
  )

  api.post(
    '/users',
    { bodyLimit, schema: { summary: 'Add an account', tags, body: newUserBody, response: { 201: account } } },
    async (request, reply) => {
      const { name, role, ...rest } = request.body
      return reply.code(201).send(await accounts.addUser(name, { role, ...given(rest) }, byOf(request)))
    },
  )

  api.patch(
    '/users/:name',
    {
      bodyLimit,
      schema: { summary: 'Change an account', tags, params, body: userChangesBody, response: { 200: account } },
    },
    (request) => accounts.changeUser(find(request.params.name).name, given(request.body), byOf(request)),
  )

  api.delete('/users/:name', { schema: { summary: 'Remove an account', tags, params } }, (request, reply) => {
    accounts.removeUser(request.params.name, byOf(request))
    drafts.forget(request.params.name)
    return reply.code(204).send()
  })
}

/** Only what was said: an absent field is no change. */
function given(fields: { readonly [K in keyof UserChanges]: UserChanges[K] | undefined }): UserChanges {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
