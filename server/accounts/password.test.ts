import { parseOptions } from '@node-rs/argon2'
import { expect, test } from 'vitest'

import { NOBODYS_HASH, Passwords } from './password.ts'

const password = 'correct horse battery'

test('argon2id with the settings that OWASP names, salted', async () => {
  const passwords = new Passwords()
  const [one, other] = await Promise.all([passwords.hash(password), passwords.hash(password)])
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(one).not.toBe(other)
  expect(parseOptions(NOBODYS_HASH)).toEqual(parseOptions(one))
})

test('right, wrong, none, too long, and in the other of two forms of Unicode', async () => {
  const passwords = new Passwords()
  const hashed = await passwords.hash('Käse und Brötchen'.normalize('NFD'))
  expect(await passwords.verify(hashed, 'Käse und Brötchen'.normalize('NFC'))).toBe(true)
  expect(await passwords.verify(hashed, 'Käse und Broetchen')).toBe(false)
  expect(await passwords.verify(hashed, 'x'.repeat(1_000_000))).toBe(false)
  expect(await passwords.verify(null, 'x')).toBe(false)
})

test('a broken hash is an error, not a way in, and gives its place back', async () => {
  const passwords = new Passwords()
  for (let i = 0; i < 3; i++) await expect(passwords.verify('$argon2id$broken', password)).rejects.toThrow()
  expect(await passwords.verify(null, password)).toBe(false)
})

test('more than a queue full at once are told to come back, and the queue empties', async () => {
  const passwords = new Passwords()
  const all = await Promise.allSettled(Array.from({ length: 60 }, () => passwords.verify(null, password)))
  const refused = all.filter(({ status }) => status === 'rejected')
  expect(refused).toHaveLength(10)
  expect(refused[0]).toMatchObject({ reason: { code: 'slow-down', retryAfterS: 3 } })
  expect(() => passwords.admit()).not.toThrow()
  expect(await passwords.verify(null, password)).toBe(false)
})
