// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from 'vitest'

import { catalog } from './catalog.ts'
import { pseudo } from './pseudo.ts'
import { plural } from './words.ts'

beforeEach(() => localStorage.clear())

const entries = { title: 'Open rules', nested: { list: ['One thing', 'Two'] }, count: (n: number) => `${n} of them` }

describe('catalog', () => {
  it('is what was written', () => {
    expect(catalog(entries)).toBe(entries)
  })

  it('speaks the pseudo-language when this browser asks for it', () => {
    localStorage.setItem('sockgate-language', 'pseudo')
    const text = catalog(entries)
    expect(text.title).toMatch(/^Öpéñ rülés ~{4}$/)
    expect(text.nested.list[1]).toMatch(/^Twö ~+$/)
    expect(text.count(3)).toMatch(/^3 öf thém ~+$/)
  })
})

describe('pseudo', () => {
  it('makes a text two fifths longer', () => {
    const text = 'Nobody is connected.'
    expect(pseudo(text).length).toBeGreaterThanOrEqual(text.length * 1.4)
  })

  it('leaves addresses and code alone', () => {
    for (const text of ['ws://127.0.0.1:8080/pong', 'service:pong', '4403', 'unix:NAME'])
      expect(pseudo(text)).toBe(text)
  })
})

describe('plural', () => {
  it('goes with its number', () => {
    expect([0, 1, 2].map((n) => plural(n, 'rule', 'rules'))).toEqual(['0 rules', '1 rule', '2 rules'])
    expect(plural(1200, 'rule', 'rules')).toMatch(/^1\s200 rules$/)
  })
})
