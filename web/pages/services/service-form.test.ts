import { expect, it } from 'vitest'

import { bodyOf, emptyFields, fieldOf, fieldsOf } from './service-form.ts'

const good = { ...emptyFields, name: 'pong', target: 'unix:pong' }

it('sends only what is not the default', () => {
  expect(bodyOf(good, null)).toEqual({ body: { target: 'unix:pong' }, faults: {} })
  expect(
    bodyOf({ ...good, codec: 'line', text: true, maxMessage: ' 64KiB ', maxConnections: ' 5 ' }, null).body,
  ).toEqual({ target: 'unix:pong', codec: 'line', text: true, maxMessage: 65_536, maxConnections: 5 })
})

it('shows an entry and sends the same back, with what the form does not show', () => {
  const entry = { target: 'unix:/run/x', barrier: true, halfClose: true, maxMessage: 1_048_576, maxConnections: 3 }
  const fields = fieldsOf('x', entry)
  expect(fields).toMatchObject({ maxMessage: '1MiB', maxConnections: '3', halfClose: true, compression: false })
  expect(bodyOf(fields, entry)).toEqual({ body: entry, faults: {} })
})

it.each([
  [{ name: '' }, { name: 'Choose a name.' }],
  [{ name: '/x' }, { name: 'A service name must not start with "/".' }],
  [{ target: ' ' }, { target: 'Say where the program listens, such as unix:/run/app.sock.' }],
  [{ target: '/run/x' }, { target: 'A target begins with a kind and a colon, such as unix:/run/app.sock.' }],
  [{ maxConnections: '0' }, { maxConnections: 'Write a whole number from 1 to 1000000, or nothing.' }],
  [{ maxConnections: '1.5' }, { maxConnections: 'Write a whole number from 1 to 1000000, or nothing.' }],
])('refuses %o', (wrong, faults) => {
  expect(bodyOf({ ...good, ...wrong }, null)).toEqual({ body: null, faults })
})

it('says what a size is', () => {
  expect(bodyOf({ ...good, maxMessage: '5MB' }, null).faults.maxMessage).toContain('unknown unit')
})

it.each([
  ['max-message: "5MB" has an unknown unit', 'maxMessage'],
  ['there is no codec "x"', 'codec'],
  ['"tcp:1" is no target', 'target'],
  ['a service name must not be empty', 'name'],
  ['the disk is full', 'form'],
])('puts the refusal "%s" at its field', (detail, field) => {
  expect(fieldOf(detail)).toBe(field)
})
