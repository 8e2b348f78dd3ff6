import fastifySwagger from '@fastify/swagger'
import type { SwaggerTransform, SwaggerTransformObject } from '@fastify/swagger'
import fastifySwaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'

import { SESSION_COOKIE } from './identify.ts'
import { apiCauses } from './problem.ts'

const description = `The API of the gateway, for its page, its commands and your programs.

Sign in with \`POST /api/v1/session\`, or send \`Authorization: Bearer TOKEN\`. Each operation says which role it needs.
Every error is a problem (RFC 9457) whose \`code\` never changes. The policy has versions: its \`ETag\` is the version, and a
change of the whole document needs \`If-Match\`.`

const tags = [
  { name: 'policy', description: 'Redirects, rules and tests, their versions, and what they would do' },
  { name: 'connections', description: 'Open, closed and refused connections' },
  { name: 'services', description: 'Services that can be asked for' },
  { name: 'live', description: 'What happens now: the feed, and the messages of a connection' },
  { name: 'session', description: 'Signing in and out, the first administrator' },
  { name: 'accounts', description: 'Users, their tokens and sessions' },
  { name: 'audit', description: 'Who did what' },
  { name: 'settings', description: 'What the gateway runs with, its log, certificate and backup' },
  { name: 'gateway', description: 'What runs, and what it can do' },
]

/** Its bar asks for another description, which our rules for content would not let it load. */
const STYLE = '.swagger-ui .topbar { display: none }'

/** Says how to show who one is. */
const securitySchemes = {
  session: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE },
  token: { type: 'http', scheme: 'bearer' },
} as const

const problem = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code', 'requestId'],
  properties: {
    type: { type: 'string', examples: ['urn:sockgate:problem:no-connection'] },
    title: { type: 'string', description: 'What happened, the same for every problem of this code' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'A sentence with the particulars' },
    code: {
      type: 'string',
      description: `Stable. Besides the causes of refusals: ${Object.keys(apiCauses).join(', ')}`,
    },
    requestId: { type: 'string' },
    problems: {
      type: 'array',
      description: 'Everything that is wrong with the request or the policy',
      items: {
        type: 'object',
        required: ['pointer', 'message'],
        properties: {
          pointer: { type: 'string', description: 'JSON pointer (RFC 6901)' },
          line: { type: 'integer' },
          column: { type: 'integer' },
          message: { type: 'string' },
        },
      },
    },
    current: { type: 'object', description: 'With 412: the version in force' },
  },
} as const

/**
 * Prepares the description of the API; must be called before the routes are added. It is made when somebody asks first.
 * @param version of the gateway, asked for then
 */
export async function describeApi(app: FastifyInstance, version: () => string): Promise<void> {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'sockgate', version: '', description },
      tags,
      components: { securitySchemes },
    },
    transform: describeRoute,
    transformObject: (documented) => complete(documented, version()),
  })
}

/** Adds to a route who may ask. */
const describeRoute: SwaggerTransform = (documented) => {
  const { schema, url } = jsonSchemaTransform(documented)
  const permission = documented.route.config?.permission ?? 'anyone'
  const needed = permission === 'anyone' ? 'For anyone.' : `Needs the role \`${permission}\`.`
  const said = (schema as { description?: string }).description
  return {
    url,
    schema: {
      ...schema,
      description: said === undefined ? needed : `${said} ${needed}`,
      security: permission === 'anyone' ? [] : [{ session: [] }, { token: [] }],
    },
  }
}

/** The parts of the description that are completed. */
interface Described {
  readonly info?: object
  readonly paths?: Readonly<Record<string, Record<string, { responses?: object }>>>
  readonly components?: { readonly schemas?: object }
}

/** Adds the version, and to every operation that it may answer with a problem. */
function complete(
  documented: Parameters<SwaggerTransformObject>[0],
  version: string,
): ReturnType<SwaggerTransformObject> {
  const document = jsonSchemaTransformObject(documented) as Described
  for (const path of Object.values(document.paths ?? {})) {
    for (const operation of Object.values(path)) {
      operation.responses = { ...operation.responses, default: { $ref: '#/components/responses/Problem' } }
    }
  }
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
  return {
    ...document,
    info: { ...document.info, version },
    components: {
      ...document.components,
      schemas: { ...document.components?.schemas, Problem: problem },
      responses: { Problem: { description: 'A problem (RFC 9457)', content } },
    },
  } as unknown as ReturnType<SwaggerTransformObject>
}

/** Serves the description, for programs and to browse, from our own files only. */
export async function serveDocs(app: FastifyInstance): Promise<void> {
  app.get('/api/v1/openapi.json', { schema: { hide: true } }, (_request, reply) =>
    reply.header('cache-control', 'no-store').send(app.swagger()),
  )
  await app.register(fastifySwaggerUi, {
    routePrefix: '/docs',
    uiConfig: { validatorUrl: null, docExpansion: 'list' },
    theme: { title: 'sockgate API', css: [{ filename: 'sockgate.css', content: STYLE }] },
  })
}
