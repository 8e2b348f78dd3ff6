import { z } from 'zod'

import { PREFERENCE_BYTES, PREFERENCE_KEY, preferenceBody, PREFERENCES_MAX } from '../../../shared/dashboard.ts'
import { formatSize } from '../../../shared/units.ts'
import { answerLike } from '../answer.ts'
import { byOf } from '../identity.ts'
import { ApiError } from '../problem.ts'
import type { Route } from '../route.ts'
import { invalid } from '../validate.ts'

const tags = ['session']
const key = z
  .string()
  .regex(PREFERENCE_KEY, 'must be lower-case words with dots and dashes between, at most 60 characters')
const params = z.strictObject({ key })
const example = { 'connections.views': [{ name: 'slow ones', q: 'state:paused' }] }

/** `GET /preferences`, `PUT /preferences/{key}` `{value}`: what whoever asks has set for their own pages. */
export const preferences: Route = (api, { deps }) => {
  const reading = {
    summary: 'What you have set for your own pages',
    tags,
    response: { 200: answerLike(example, 'By key') },
  }
  api.get('/preferences', { schema: reading }, (request) => deps.preferences.of(byOf(request).name))

  const body = preferenceBody.meta({ examples: [{ value: example['connections.views'] }] })
  const writing = { summary: 'Set something for your own pages', description: 'Null forgets it.', tags, params, body }
  api.put('/preferences/:key', { schema: writing }, (request, reply) => {
    const { value } = request.body
    const { name } = byOf(request)
    if (value === null) deps.preferences.delete(name, request.params.key)
    else save(name, request.params.key, value)
    return reply.code(204).send()
  })

  function save(name: string, at: string, value: unknown): void {
    if (Buffer.byteLength(JSON.stringify(value)) > PREFERENCE_BYTES) {
      const message = `must have at most ${formatSize(PREFERENCE_BYTES)} as JSON`
      throw invalid([{ pointer: '/value', message }], 'body')
    }
    const known = deps.preferences.of(name)
    if (!Object.hasOwn(known, at) && Object.keys(known).length >= PREFERENCES_MAX) {
      throw new ApiError('too-many-preferences', `${PREFERENCES_MAX} are kept for each account: forget one first`)
    }
    deps.preferences.save(name, at, value)
  }
}
