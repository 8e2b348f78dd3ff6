import { describe, expect, it } from 'vitest'

import { connectionFilter } from '../../shared/connection-filter.ts'
import { complete, take } from './complete.ts'
import { chipsOf, withWord } from './words.ts'

const known = {
  service: [
    { value: 'pong', hint: '' },
    { value: 'audio pulse', hint: '' },
  ],
  user: [{ value: 'anna', hint: '' }],
  rule: [{ value: 'r-1', hint: 'Rule 1' }],
}

/** The words that are offered where `|` stands. */
function offered(marked: string): string[] {
  const cursor = marked.indexOf('|')
  return complete(marked.replace('|', ''), cursor, known).offers.map(({ word }) => word)
}

/** The text after the first offer is taken, `|` where the cursor is. */
function taken(marked: string, word?: string): string {
  const cursor = marked.indexOf('|')
  const filter = marked.replace('|', '')
  const completion = complete(filter, cursor, known)
  const offer = completion.offers.find((each) => each.word === word) ?? completion.offers[0]!
  const next = take(filter, completion, offer)
  return `${next.text.slice(0, next.cursor)}|${next.text.slice(next.cursor)}`
}

describe('complete', () => {
  it('offers names first, those that people look for most on top', () => {
    expect(offered('|').slice(0, 4)).toEqual(['service:', 'client:', 'user:', 'state:'])
    expect(offered('se|')).toEqual(['service:'])
    expect(offered('service:pong QU|')).toEqual(['queued>'])
    expect(offered('zzz|')).toEqual([])
  })

  it('offers the values that occur, in quotes where they need them', () => {
    expect(offered('service:|')).toEqual(['service:pong', 'service:"audio pulse"'])
    expect(offered('service:pu|')).toEqual(['service:"audio pulse"'])
    expect(offered('user:|')).toEqual(['user:anna', 'user:none'])
    expect(offered('state:pa|')).toEqual(['state:paused'])
    expect(offered('cause:slow|')).toContain('cause:slow-client')
    expect(offered('origin:|')).toEqual(['origin:none'])
    expect(offered('age>|')).toContain('age>1h')
  })

  it('does not offer what stands there already', () => {
    expect(offered('service:pong|')).toEqual([])
  })

  it('works in the middle of a text, and inside quotes', () => {
    expect(offered('state:open ser| user:anna')).toEqual(['service:'])
    expect(offered('service:"audio p|')).toEqual(['service:"audio pulse"'])
  })
})

describe('take', () => {
  it('goes on behind the sign of a name, and behind the blank after a value', () => {
    expect(taken('se|')).toBe('service:|')
    expect(taken('service:p|')).toBe('service:pong |')
    expect(taken('state:open ser|vice:x user:anna')).toBe('state:open service:| user:anna')
    expect(taken('user:a| state:open')).toBe('user:anna |state:open')
  })

  it('makes only what the filter understands', () => {
    for (const name of ['service:', 'user:', 'state:', 'cause:', 'rule:', 'age>', 'queued<']) {
      for (const word of offered(`${name}|`)) expect(() => connectionFilter(word)).not.toThrow()
    }
  })
})

describe('chips', () => {
  it('are the words, each with the text that is left without it', () => {
    expect(chipsOf(' service:pong  "two words" x ')).toEqual([
      { word: 'service:pong', without: '"two words" x' },
      { word: '"two words"', without: 'service:pong x' },
      { word: 'x', without: 'service:pong  "two words"' },
    ])
    expect(chipsOf('a "open')).toEqual([])
    expect(chipsOf('')).toEqual([])
  })

  it('come once', () => {
    expect(withWord('state:open ', 'user:anna')).toBe('state:open user:anna')
    expect(withWord('user:anna', 'user:anna')).toBe('user:anna')
  })
})
