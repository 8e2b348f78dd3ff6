import { describe, expect, it } from 'vitest'

import type { PolicyPreview } from '../../../shared/api.ts'
import { DraftStore } from '../../policy/draft-store.ts'
import { blockedBy, faultsOf, optionsOf, outlookOf, usual } from './commit-choices.ts'

const calm: PolicyPreview = {
  problems: [],
  changes: [],
  findings: [],
  tests: [{ id: 't-1', pass: true, message: '' }],
  open: { effects: [], unchanged: 9 },
  recent: { effects: [], unchanged: 0 },
  lockout: null,
  touchesAdmin: false,
  share: 0,
}
const effect = { id: 'c1', service: 'pong', peer: '', user: null, rule: 'r-1', target: '' }
const change = (id: string, kind: 'added' | 'moved' | 'changed' = 'added') =>
  ({ change: kind, list: 'rules', id, before: null, after: '' }) as const
const six = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => change(id))

const draft = { ...new DraftStore().getState(), status: 'ready', changes: [change('a')], preview: calm } as const
const outlook = (fields: object = {}, choices = usual) => outlookOf({ ...draft, ...fields }, choices)

describe('what a commit asks for', () => {
  it('asks for nothing when nothing is in danger', () => {
    expect(outlook()).toEqual({
      failing: 0,
      ending: 0,
      commentNeeded: false,
      suggestion: null,
      confirm: false,
      comment: '',
    })
  })

  it('needs a comment when more than five entries change; one that is changed and moved is one', () => {
    expect(outlook({ changes: six.slice(1) }).commentNeeded).toBe(false)
    expect(outlook({ changes: six }).commentNeeded).toBe(true)
    expect(outlook({ changes: [...six.slice(1), change('b', 'moved')] }).commentNeeded).toBe(false)
  })

  it('has a confirm window on where it is suggested, and lets it be switched off', () => {
    const admin = { preview: { ...calm, touchesAdmin: true } }
    expect(outlook(admin)).toMatchObject({ suggestion: 'admin', confirm: true })
    expect(outlook(admin, { ...usual, confirm: false }).confirm).toBe(false)
    expect(outlook({}, { ...usual, confirm: true }).confirm).toBe(true)
  })

  it('does not let it be switched off when it would lock its author out', () => {
    const lockout = { preview: { ...calm, lockout: 'no rule lets you in' } }
    expect(outlook(lockout, { ...usual, confirm: false })).toMatchObject({ suggestion: 'lockout', confirm: true })
  })

  it('suggests nothing until the gateway has answered, and to be careful when it can’t', () => {
    expect(outlook({ preview: null })).toMatchObject({ suggestion: null, confirm: false })
    expect(outlook({ preview: null, previewError: new Error('gone') })).toMatchObject({
      suggestion: 'unknown',
      confirm: true,
    })
  })

  it('offers what the steps of the draft tell as a comment, until somebody writes', () => {
    expect(outlook({ comment: 'Version 3 restored' }).comment).toBe('Version 3 restored')
    expect(outlook({ comment: 'Version 3 restored' }, { ...usual, comment: '' }).comment).toBe('')
  })

  it('counts those that lose their right or are sent elsewhere, and not those that are let in', () => {
    const effects = (['denied', 'redirected', 'allowed'] as const).map((what) => ({ ...effect, effect: what }))
    expect(outlook({ preview: { ...calm, open: { effects, unchanged: 0 } } }).ending).toBe(2)
  })
})

describe('what keeps a commit back', () => {
  const pending = { version: 12, revertTo: 11, deadline: 0 }
  const theirs = { version: 13, document: draft.document }
  const broken = { ...calm, problems: [{ pointer: '/rules/0', message: 'no' }] }
  it.each([
    ['nothing', {}, null, null],
    ['what somebody else committed', { theirs }, pending, 'theirs'],
    ['a commit that waits', {}, pending, 'pending'],
    ['an answer that has not come yet', { preview: null }, null, 'checking'],
    ['an answer about another document', { previewing: true }, null, 'checking'],
    ['problems', { preview: broken }, null, 'problems'],
    ['no answer at all: the gateway checks again', { preview: null, previewError: new Error('gone') }, null, null],
  ])('%s', (_, fields, waits, reason) => expect(blockedBy({ ...draft, ...fields }, waits)).toBe(reason))
})

describe('what is wrong with the choices', () => {
  const failing = { preview: { ...calm, tests: [{ id: 't-1', pass: false, message: '' }] } }
  const ending = { preview: { ...calm, open: { effects: [{ ...effect, effect: 'denied' }], unchanged: 0 } } }
  const faults = (fields: object, choices = usual) => Object.keys(faultsOf(choices, outlook(fields, choices)))

  it.each([
    ['nothing', {}, usual, []],
    ['no comment on many changes', { changes: six }, { ...usual, comment: '  ' }, ['comment']],
    ['no reason why tests may fail', failing, usual, ['override']],
    ['a reason', failing, { ...usual, override: 'the test is old' }, []],
    ['a window that is too short', {}, { ...usual, confirm: true, window: '4s' }, ['window']],
    ['a window that is none', {}, { ...usual, confirm: true, window: 'soon' }, ['window']],
    ['a window that is not used', {}, { ...usual, window: 'soon' }, []],
    ['a drain that is too long', ending, { ...usual, existing: 'drain', drainOver: '2h' }, ['drainOver']],
    ['a drain of nobody', {}, { ...usual, existing: 'drain', drainOver: '2h' }, []],
  ] as const)('%s', (_, fields, choices, wrong) => expect(faults(fields, choices)).toEqual(wrong))

  it('sends what is asked for, and nothing else', () => {
    expect(optionsOf(usual, outlook())).toEqual({ existing: 'close', comment: '' })
    const choices = {
      ...usual,
      existing: 'drain',
      window: ' 90s',
      confirm: true,
      comment: ' less ',
      override: 'old',
    } as const
    expect(
      optionsOf(choices, outlook({ preview: { ...failing.preview, open: ending.preview.open } }, choices)),
    ).toEqual({
      existing: 'drain',
      drainOver: '5m',
      confirmWithin: '90s',
      comment: 'less',
      override: 'old',
    })
  })
})
