import { describe, expect, test } from 'vitest'

import { checkGroups, checkUserName, isUserName } from './names.ts'

describe('names', () => {
  test.each(['a', '0', 'anna', 'anna.b-c_d@example.org', 'x'.repeat(64)])('%s is one', (name) => {
    expect(() => checkUserName(name)).not.toThrow()
    expect(isUserName(name)).toBe(true)
  })

  test.each(['', 'Anna', '.anna', '-', '@', 'a b', 'a\nb', 'anna\n', 'änna', '__proto__', 'x'.repeat(65)])(
    '%j is none',
    (name) => {
      expect(() => checkUserName(name)).toThrow('the user name is not usable: write 1 to 64 lower-case letters')
      expect(isUserName(name)).toBe(false)
    },
  )

  test.each(['local', 'gateway', 'env-token'])('%s is somebody else to the audit log', (name) => {
    expect(() => checkUserName(name)).toThrow(`the name ${name} is kept for the audit log`)
    expect(isUserName(name)).toBe(false)
  })

  test('groups are named the same way, each once', () => {
    expect(checkGroups(['staff', 'local', 'staff'])).toEqual(['staff', 'local'])
    expect(() => checkGroups(['staff', 'a b'])).toThrow('the group name is not usable')
  })
})
