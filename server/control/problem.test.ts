import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { describe, expect, it } from 'vitest'

import { GateError } from '../../shared/causes.ts'
import { PolicyError } from '../../shared/policy/document.ts'
import { AccountError } from '../accounts/desk.ts'
import { PolicyRefusal } from '../policy/desk.ts'
import { StoreError, VersionConflict } from '../store/store.ts'
import { ControlRig, problemIn, send } from '../testing/control.ts'
import { ApiError, apiCauses, problemOf } from './problem.ts'
import type { ApiCode } from './problem.ts'

const account = (code: AccountError['code']) => new AccountError(code, 'because')
const policy = (code: PolicyRefusal['code']) => new PolicyRefusal(code, 'because')

describe('what the desks refuse', () => {
  it.each([
    [account('wrong-credentials'), 401, 'wrong-credentials'],
    [account('slow-down'), 429, 'slow-down'],
    [account('setup-over'), 410, 'setup-over'],
    [account('setup-wrong'), 403, 'setup-wrong'],
    [account('invalid'), 422, 'invalid-account'],
    [account('exists'), 409, 'exists'],
    [account('unknown'), 404, 'unknown'],
    [account('last-admin'), 409, 'last-admin'],
    [account('forbidden'), 403, 'forbidden'],
    [policy('pending'), 409, 'pending'],
    [policy('nothing-pending'), 409, 'nothing-pending'],
    [policy('managed'), 409, 'managed'],
    [policy('lockout'), 409, 'lockout'],
    [policy('tests-failed'), 422, 'tests-failed'],
    [policy('no-version'), 404, 'no-version'],
    [policy('no-entry'), 404, 'no-entry'],
    [policy('no-request'), 404, 'no-request'],
    [new StoreError('because'), 507, 'storage'],
    [new GateError('policy-denied', 'because'), 403, 'policy-denied'],
    [new ApiError('service-fixed', 'because'), 409, 'service-fixed'],
    [new ApiError('too-many-taps', 'because'), 503, 'too-many-taps'],
  ])('%s is %i %s', (error, status, code) => {
    const body = problemOf(error, 'r1')
    expect(body).toEqual({
      type: `urn:sockgate:problem:${code}`,
      title: body.title,
      status,
      detail: 'because',
      code,
      requestId: 'r1',
    })
    expect(body.title).toMatch(/^[A-Z].{5,60}[^.]$/)
  })

  it('a policy that can not be used comes with everything that is wrong', () => {
    const problems = [
      { pointer: '/rules/3/peer', line: 7, column: 11, message: 'nobody is named' },
      { pointer: '', message: 'and more' },
    ]
    expect(problemOf(new PolicyError(problems), 'r1')).toMatchObject({
      status: 422,
      detail: 'line 7, column 11: nobody is named (and 1 more)',
      problems,
    })
    expect(problemOf(new PolicyError(problems.slice(1)), 'r1').detail).toBe('and more')
    expect(problemOf(new PolicyError([]), 'r1').detail).toBe('The policy is not valid')
  })

  it('a fault of ours shows nothing of itself', () => {
    for (const error of [
      new Error('/secret/path'),
      'thrown text',
      null,
      undefined,
      { statusCode: 500, message: 'x' },
    ]) {
      const body = problemOf(error, 'r1')
      expect(body).toMatchObject({ status: 500, code: 'internal' })
      expect(JSON.stringify(body)).not.toMatch(/secret|thrown/)
    }
  })
})

describe('as an answer', () => {
  const get = async (error: Error) => {
    const rig = new ControlRig()
    Object.assign(rig.deps, {
      services: () => {
        throw error
      },
    })
    const answer = await send(await rig.app({ local: true }), 'GET', '/api/v1/services')
    await rig.close()
    return { answer, logged: rig.logged }
  }

  it('says when to try again', async () => {
    const { answer, logged } = await get(new AccountError('slow-down', 'too many tries', 17))
    expect(problemIn(answer)).toMatchObject({ status: 429, code: 'slow-down' })
    expect(answer.headers).toMatchObject({
      'retry-after': '17',
      'content-type': 'application/problem+json; charset=utf-8',
    })
    expect(logged).toEqual([])
  })

  it('shows both sides of a conflict', async () => {
    const { answer } = await get(new VersionConflict(1))
    expect(problemIn(answer)).toMatchObject({
      status: 412,
      code: 'version-conflict',
      current: { version: 1, author: 'gateway' },
    })
  })

  it('of a full disk is in the log', async () => {
    const { answer, logged } = await get(new StoreError('the disk is full'))
    expect(problemIn(answer)).toMatchObject({ status: 507, code: 'storage', detail: 'the disk is full' })
    expect(logged).toHaveLength(1)
  })

  it('tells where nothing is', async () => {
    const rig = new ControlRig()
    const answer = await send(await rig.app(), 'GET', '/api/v1/nowhere')
    expect(problemIn(answer)).toMatchObject({ status: 404, code: 'not-found' })
    await rig.close()
  })
})

it('every code is in a test', () => {
  const here = fileURLToPath(new URL('.', import.meta.url))
  const tests = readdirSync(here, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.test.ts'))
  const text = tests.map((name) => readFileSync(`${here}${name}`, 'utf8')).join('\n')
  const missing = (Object.keys(apiCauses) as ApiCode[]).filter((code) => !new RegExp(`['"]${code}\\\\?['"]`).test(text))
  expect(missing).toEqual([])
})
