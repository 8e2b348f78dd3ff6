import type { IncomingMessage, ServerResponse } from 'node:http'

import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'

import type { ControlDeps, ControlLimits } from './deps.ts'
import type { Feed } from './feed.ts'

/** Fastify whose handlers get their types from the zod schemas of the route. */
export type Api = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>

/** What a route file gets: the parts, the feed that all watchers share, and the limits in force. */
export interface RouteContext {
  readonly deps: ControlDeps
  readonly feed: Feed
  readonly limits: ControlLimits
}

/**
 * One route file adds what it serves below `/api/v1`. Who may ask stands in `permissions.ts`, not here; each route has
 * a `summary` and `tags` in its schema, for the published description.
 */
export type Route = (api: Api, context: RouteContext) => void
