import { prefixed } from './prefixed.ts'

/** `user:anna`: whom the client's token, cookie or certificate belongs to; `user:*` anyone who has signed in. */
export const user = prefixed({
  name: 'user',
  summary: 'Client user by name; user:* is anyone with a valid credential',
  value: 'anna',
  valuesOf: ({ request }) => (request.user === null ? [] : [request.user]),
  is: 'the user is',
  none: 'no user is known',
})
