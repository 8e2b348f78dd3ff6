import { prefixed } from './prefixed.ts'

/** `origin:https://app.example`: the web page that connects; `origin:none` a client that names none, no browser. */
export const origin = prefixed({
  name: 'origin',
  summary: 'Origin of the web page; origin:none is a client that is no browser',
  value: 'https://app.example',
  problem: (value) =>
    value === 'none' || value === 'null' || value.includes('*') || /^[a-z][a-z0-9+.-]*:\/\/[^/?#@A-Z]+$/.test(value)
      ? null
      : `${JSON.stringify(value)} is not an origin: write scheme, host and port alone, in lower case, such as https://app.example:8443`,
  brackets: true,
  valuesOf: ({ request }) => [request.origin ?? 'none'],
  is: 'the origin is',
  none: 'the origin is none',
})
