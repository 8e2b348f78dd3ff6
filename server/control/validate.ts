import type { FastifySchemaCompiler } from 'fastify'
import type { z } from 'zod'

import type { PolicyProblem } from '../../shared/policy/document.ts'
import { PolicyError, pointerOf } from '../../shared/policy/document.ts'
import { ApiError } from './problem.ts'

/** Most problems told at once. */
const TOLD = 100

/** Checks path, query and body of a request by the route's schemas. What is wrong is refused with 400. */
export const validator: FastifySchemaCompiler<unknown> = ({ schema, httpPart }) => {
  const where = httpPart === 'querystring' ? 'query' : (httpPart ?? 'body')
  return (value) => {
    const result = (schema as z.ZodType).safeParse(value)
    return result.success ? { value: result.data } : { error: invalid(problemsOf(result.error), where) }
  }
}

/** For routes whose body is a rule or another entry of the policy: what is wrong with it is refused with 422. */
export const entryValidator: FastifySchemaCompiler<unknown> = (route) => {
  if (route.httpPart !== 'body') return validator(route)
  return (value) => {
    const result = (route.schema as z.ZodType).safeParse(value)
    return result.success ? { value: result.data } : { error: new PolicyError(problemsOf(result.error)) }
  }
}

/** For routes whose body is a whole document: the schema describes it, the policy's own check is the only one. */
export const documentValidator: FastifySchemaCompiler<unknown> = (route) =>
  route.httpPart === 'body' ? (value: unknown) => ({ value }) : validator(route)

/** Everything that a schema finds wrong, with JSON pointers. */
export function problemsOf({ issues }: z.core.$ZodError): PolicyProblem[] {
  const problems = issues
    .slice(0, TOLD)
    .flatMap(meant)
    .flatMap((issue) => {
      if (issue.code !== 'unrecognized_keys') return [{ pointer: pointerOf(issue.path), message: issue.message }]
      return issue.keys.map((key) => ({ pointer: pointerOf([...issue.path, key]), message: 'there is no such field' }))
    })
  return problems.slice(0, TOLD)
}

/** Of alternatives, what is wrong with the one that was meant: which has the fewest problems near its top. */
function meant(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue]
  const near = (issues: readonly z.core.$ZodIssue[]) => issues.filter(({ path }) => path.length < 2).length
  const [best] = issue.errors.toSorted((a, b) => near(a) - near(b))
  return best!.map((each) => ({ ...each, path: [...issue.path, ...each.path] }))
}

/** @param where the part of the request, for the sentence: `query`, `body` */
export function invalid(problems: readonly PolicyProblem[], where: string): ApiError {
  const [first] = problems
  const field = `${where}${(first?.pointer ?? '').replaceAll('/', '.')}`
  return new ApiError('invalid-request', `${field}: ${first?.message ?? 'not valid'}`, problems)
}
