import type { PolicyDocument, PolicyTest } from '../../../shared/policy/document.ts'

// Steps of the draft, as functions from one document to the next; the same document when there is nothing to do.

/** Last: tests have no order that matters. */
export function addTest(document: PolicyDocument, test: PolicyTest): PolicyDocument {
  return { ...document, tests: [...document.tests, test] }
}

export function changeTest(document: PolicyDocument, test: PolicyTest): PolicyDocument {
  const at = placeOf(document, test.id)
  return at < 0 ? document : { ...document, tests: document.tests.with(at, test) }
}

/** The copy stands right behind the original. */
export function cloneTest(document: PolicyDocument, id: string, copy: string): PolicyDocument {
  const at = placeOf(document, id)
  if (at < 0) return document
  const { caption: _, ...test } = document.tests[at]!
  return { ...document, tests: document.tests.toSpliced(at + 1, 0, { ...test, id: copy }) }
}

/** Its section keeps its caption as long as there is anything in it. */
export function removeTest(document: PolicyDocument, id: string): PolicyDocument {
  const at = placeOf(document, id)
  if (at < 0) return document
  const { caption } = document.tests[at]!
  const tests = document.tests.toSpliced(at, 1)
  const next = tests[at]
  if (caption === undefined || next === undefined || next.caption !== undefined) return { ...document, tests }
  return { ...document, tests: tests.with(at, { ...next, caption }) }
}

/** Captions stay at their places: what is moved past one is in another section. @param to from 0 */
export function moveTest(document: PolicyDocument, id: string, to: number): PolicyDocument {
  const at = placeOf(document, id)
  if (at < 0 || to < 0 || to >= document.tests.length || to === at) return document
  const moved = document.tests.toSpliced(at, 1).toSpliced(to, 0, document.tests[at]!)
  return { ...document, tests: moved.map((test, n) => captioned(test, document.tests[n]!.caption)) }
}

function captioned(test: PolicyTest, caption: string | undefined): PolicyTest {
  if (test.caption === caption) return test
  const { caption: _, ...rest } = test
  return caption === undefined ? rest : { ...rest, caption }
}

export function placeOf(document: PolicyDocument, id: string): number {
  return document.tests.findIndex((test) => test.id === id)
}
