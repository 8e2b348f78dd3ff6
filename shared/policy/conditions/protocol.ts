import { prefixed } from './prefixed.ts'

/** `protocol:mqtt`: a WebSocket sub-protocol that the client offers. */
export const protocol = prefixed({
  name: 'protocol',
  summary: 'WebSocket sub-protocol that the client offers',
  value: 'mqtt',
  valuesOf: ({ request }) => request.protocols,
  is: 'an offered sub-protocol is',
  none: 'no sub-protocol is offered',
})
