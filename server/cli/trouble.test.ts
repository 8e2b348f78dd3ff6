import { describe, expect, it } from 'vitest'

import { problemLine, refusalOf } from './trouble.ts'

describe('who has no right hears what to do', () => {
  const body = { code: 'unauthenticated', detail: 'sign in' }
  it('without a token', () => {
    const { message, status } = refusalOf(401, body, false)
    expect(message).toMatch(/SOCKGATE_TOKEN: .*"sockgate token add NAME --scope viewer"/)
    expect(status).toBe(1)
  })

  it('with a wrong one', () => {
    expect(refusalOf(401, body, true).message).toMatch(/^the token in SOCKGATE_TOKEN is wrong, /)
    expect(refusalOf(401, { code: 'setup-needed' }, true).message).toMatch(/^the token in SOCKGATE_TOKEN is wrong, /)
  })

  it('before there is an administrator', () => {
    expect(refusalOf(401, { code: 'setup-needed' }, false).message).toContain('sockgate user add NAME --role admin')
  })

  it('with too little', () => {
    const said = refusalOf(403, { code: 'role-needed', detail: 'this needs the role operator' }, true)
    expect(said.message).toMatch(/^this needs the role operator; set SOCKGATE_TOKEN/)
    expect(said.code).toBe('role-needed')
  })
})

describe('what is wrong with a question', () => {
  const problems = [
    { pointer: '', line: 2, column: 1, message: 'no rule' },
    { pointer: '/rules/3/peer', message: 'odd\u001b[2J' },
  ]
  it('is told once, by place; the exit status is 2', () => {
    const body = { code: 'policy-invalid', title: 'The policy is not valid', detail: 'line 2: no rule (and 1 more)' }
    const many = refusalOf(422, { ...body, problems }, false)
    expect(many.message).toBe('The policy is not valid:\nline 2, column 1: no rule\n/rules/3/peer: odd\\x1b[2J')
    expect(many.status).toBe(2)
    expect(refusalOf(422, { ...body, problems: problems.slice(0, 1) }, false).message).toBe('line 2, column 1: no rule')
  })

  it('has the name of the option', () => {
    expect(problemLine({ pointer: '/confirmWithin', message: 'must be from 5s to 1h' })).toBe(
      '--confirm: must be from 5s to 1h',
    )
    expect(problemLine({ pointer: '/peer', message: 'x' })).toBe('peer: x')
  })
})

it('an answer without a body', () => {
  expect(refusalOf(502, {}, false)).toMatchObject({ message: 'the gateway answered 502', status: 1, code: '' })
})
