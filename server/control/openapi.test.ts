import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { ControlRig, send } from '../testing/control.ts'
import { permissions } from './permissions.ts'

interface Operation {
  readonly summary?: string
  readonly description?: string
  readonly tags?: readonly string[]
  readonly security: readonly object[]
  readonly responses: Readonly<Record<string, unknown>>
  readonly parameters?: readonly { readonly in: string; readonly name: string }[]
}

interface Description {
  readonly openapi: string
  readonly info: { readonly version: string }
  readonly tags: readonly { readonly name: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

let rig: ControlRig
let app: FastifyInstance
let token: string
let text: string
let api: Description

beforeAll(async () => {
  rig = new ControlRig()
  app = await rig.app()
  token = await rig.token('viewer')
  const answer = await send(app, 'GET', '/api/v1/openapi.json', { token })
  expect(answer.statusCode).toBe(200)
  expect(answer.headers['content-type']).toMatch(/^application\/json/)
  text = answer.body
  api = JSON.parse(text) as Description
})

afterAll(() => rig.close())

/** Every operation with its place. */
const operations = () =>
  Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )

describe('the description of the API', () => {
  it('lists every route of the API, and nothing else', () => {
    const listed = operations().map(({ path, method }) => `${method.toUpperCase()} ${path}`)
    const wanted = Object.keys(permissions)
      .filter((key) => key.includes(' /api/v1/') && !key.endsWith('/openapi.json'))
      .map((key) => key.replace(/:(\w+)/g, '{$1}'))
    expect(listed.filter((each) => !each.startsWith('HEAD ')).toSorted()).toEqual(wanted.toSorted())
  })

  it('says of each what it does, to whom it answers, and that it may refuse', () => {
    const tags = api.tags.map(({ name }) => name)
    for (const { path, method, operation } of operations()) {
      const place = `${method} ${path}`
      expect(operation.summary, place).toMatch(/^[A-Z].{4,80}[^.]$/)
      expect(operation.description, place).toMatch(/(Needs the role `\w+`|For anyone)\.$/)
      expect(tags, place).toContain(operation.tags?.[0])
      expect(operation.responses, place).toHaveProperty('default', { $ref: '#/components/responses/Problem' })
      const open = permissions[`${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`] === 'anyone'
      expect(operation.security, place).toEqual(open ? [] : [{ session: [] }, { token: [] }])
    }
  })

  it('names every part of a path', () => {
    for (const { path, method, operation } of operations()) {
      const named = (operation.parameters ?? []).filter((each) => each.in === 'path').map(({ name }) => name)
      const wanted = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!)
      expect(named.toSorted(), `${method} ${path}`).toEqual(wanted.toSorted())
    }
  })

  it('is OpenAPI 3.1 of this version, whose references lead somewhere', () => {
    expect(api.openapi).toBe('3.1.0')
    expect(api.info.version).toBe('1.2.3')
    const references = [...text.matchAll(/"\$ref":"#\/components\/(\w+)\/([^"]+)"/g)]
    expect(references.length).toBeGreaterThan(10)
    for (const [, kind, name] of references) expect(api.components[kind!]).toHaveProperty([name!])
    expect(text).toContain('"__Host-sockgate"')
    expect(text).not.toContain('~standard')
  })
})

describe('the pages to browse it', () => {
  it('are ours alone', async () => {
    const page = await send(app, 'GET', '/docs/', { token })
    expect(page.statusCode).toBe(200)
    expect(page.headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'")
    expect(page.body).not.toMatch(/(src|href)="(https?:)?\/\//)
    const script = await send(app, 'GET', '/docs/static/swagger-initializer.js', { token })
    expect(script.body).toMatch(/"?validatorUrl"?:\s*null/)
    for (const [, file] of page.body.matchAll(/(?:src|href)="([^"]+)"/g)) {
      const found = await send(app, 'GET', new URL(file!, 'http://localhost/docs/').pathname, { token })
      expect(found.statusCode, file).toBe(200)
    }
    expect(page.body).not.toMatch(/<script>[^<]/)
  })

  it.each([
    '/docs/static/../../package.json',
    '/docs/static/..%2f..%2fpackage.json',
    '/docs/static/%2e%2e/package.json',
    '/docs/static/swagger-ui.js.map',
  ])('have nothing at %s', async (path) => {
    const answer = await send(app, 'GET', path, { token })
    expect([400, 403, 404]).toContain(answer.statusCode)
  })
})
