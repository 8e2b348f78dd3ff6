import { prefixed } from './prefixed.ts'

/** `listener:ws://127.0.0.1:8080`: where the client came in. */
export const listener = prefixed({
  name: 'listener',
  summary: 'Listener that took the client in, by its URI',
  value: 'ws://127.0.0.1:8080',
  brackets: true,
  valuesOf: ({ request }) => (request.listener === '' ? [] : [request.listener]),
  is: 'the listener is',
  none: 'no listener is known',
})
