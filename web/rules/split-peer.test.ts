import fc from 'fast-check'
import { expect, it } from 'vitest'

import { factsOf, readWindow, splitPeer } from './split-peer.ts'

it('sorts the terms by the columns that show them', () => {
  expect(splitPeer('user:anna 10.0.0.0/8 origin:https://x.example time:Mon-Fri/08:00-18:00/Europe/Berlin')).toEqual({
    who: ['user:anna', '10.0.0.0/8'],
    origins: ['https://x.example'],
    times: ['Mon-Fri/08:00-18:00/Europe/Berlin'],
  })
})

it('shows anyone as nobody in particular', () => {
  expect(splitPeer('*')).toEqual({ who: [], origins: [], times: [] })
  expect(splitPeer('')).toEqual({ who: [], origins: [], times: [] })
  expect(splitPeer('* origin:none')).toEqual({ who: [], origins: ['none'], times: [] })
})

it('loses no term, whatever is written', () => {
  const word = fc.stringMatching(/^(user:|origin:|time:|)[a-z0-9*/]{1,8}$/).filter((text) => text !== '*')
  fc.assert(
    fc.property(fc.array(word), (words) => {
      const { who, origins, times } = splitPeer(words.join('  '))
      const back = [...who, ...origins.map((value) => `origin:${value}`), ...times.map((value) => `time:${value}`)]
      expect(back.toSorted()).toEqual(words.toSorted())
    }),
  )
})

it('reads time windows with and without days and zone', () => {
  expect(readWindow('08:00-18:00')).toEqual({ days: '', hours: '08:00–18:00', zone: 'UTC' })
  expect(readWindow('Sat/22:00-06:00')).toEqual({ days: 'Sat', hours: '22:00–06:00', zone: 'UTC' })
  expect(readWindow('Mon-Fri/08:00-18:00/Europe/Berlin')).toEqual({
    days: 'Mon–Fri',
    hours: '08:00–18:00',
    zone: 'Europe/Berlin',
  })
  expect(readWindow('some day')).toBeNull()
})

it('keeps only what can be a fact about one client', () => {
  expect(factsOf('user:anna 10.0.0.0/8 origin:https://*.example time:08:00-18:00')).toBe('user:anna')
  expect(factsOf('10.0.0.5 user:* *')).toBe('10.0.0.5')
})
