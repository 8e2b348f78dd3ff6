import { expect, it } from 'vitest'

import type { PolicyDocument, PolicyTest } from '../../../shared/policy/document.ts'
import { addTest, changeTest, cloneTest, moveTest, removeTest } from './test-edits.ts'
import { byLine, freshTest, testOf } from './test-form.ts'
import { testSentence } from './test-words.ts'

const test = (id: string, caption?: string): PolicyTest => testOf({ ...freshTest, service: id }, id, caption)
const document: PolicyDocument = {
  defaults: { in: 'deny', out: 'deny' },
  redirects: [],
  rules: [],
  tests: [test('a', 'One'), test('b'), test('c', 'Two')],
}
const outline = ({ tests }: PolicyDocument) =>
  tests.map(({ id, caption }) => (caption === undefined ? id : `${caption}:${id}`)).join(' ')

it('changes the list, and keeps captions where they are', () => {
  expect(outline(addTest(document, test('x')))).toBe('One:a b Two:c x')
  expect(outline(cloneTest(document, 'a', 'x'))).toBe('One:a x b Two:c')
  expect(outline(removeTest(document, 'a'))).toBe('One:b Two:c')
  expect(outline(removeTest(document, 'c'))).toBe('One:a b')
  expect(outline(moveTest(document, 'a', 2))).toBe('One:b c Two:a')
})

it('is no step when there is nothing to do', () => {
  expect(moveTest(document, 'a', -1)).toBe(document)
  expect(moveTest(document, 'c', 3)).toBe(document)
  expect(removeTest(document, 'x')).toBe(document)
  expect(cloneTest(document, 'x', 'y')).toBe(document)
  expect(changeTest(document, test('x'))).toBe(document)
})

it('says a test as a sentence', () => {
  const peer = '10.0.0.5 user:anna origin:https://app.example'
  expect(testSentence({ direction: 'in', service: 'pong', peer })).toBe(
    'A browser at `https://app.example` as `anna` with `10.0.0.5` to `pong`',
  )
  expect(testSentence({ direction: 'in', service: 'pong', peer: '*' })).toBe('A client to `pong`')
})

it('reads a line, and tells the column of what is wrong', () => {
  expect(byLine('test deny in pong user:anna rule=r-1', freshTest)).toMatchObject({
    faults: [],
    value: { expect: 'deny', service: 'pong', peer: 'user:anna', rule: 'r-1' },
  })
  expect(byLine('test allow in pong 10.0.0.0/8', freshTest).faults).toMatchObject([{ field: 'peer', column: 20 }])
  expect(byLine('allow in pong *', freshTest).faults).toMatchObject([{ message: 'this is no test: begin with test' }])
})
