import { closeSync, openSync } from 'node:fs'

import { expect, test } from 'vitest'

import { descriptorLimit, descriptorsInUse, parseDescriptorLimit } from './descriptors.ts'

test('the limit is a usable number', () => {
  expect(descriptorLimit()).toBeGreaterThan(descriptorsInUse())
})

test.each([
  ['Limit  Soft Limit  Hard Limit  Units\nMax open files            256                4096  files', 256],
  ['Max open files            unlimited            unlimited            files', 1_048_576],
  ['Max open files  nonsense', 1024],
  ['', 1024],
])('reads %j', (text, limit) => {
  expect(parseDescriptorLimit(text)).toBe(limit)
})

test('counts what is open', () => {
  const before = descriptorsInUse()
  const files = Array.from({ length: 50 }, () => openSync('/dev/null', 'r'))
  expect(descriptorsInUse()).toBe(before + 50)
  for (const fd of files) closeSync(fd)
  expect(descriptorsInUse()).toBe(before)
})
