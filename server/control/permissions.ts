import type { FastifyInstance } from 'fastify'

import type { Role } from '../../shared/api.ts'

/** The least role that may ask; `client` is everybody who is signed in, `anyone` also those who are not. */
export type Permission = 'anyone' | Role

declare module 'fastify' {
  interface FastifyContextConfig {
    permission?: Permission
  }
}

/**
 * Who may ask for what: the one table. A route that is not in it stops the gateway at start. HEAD follows GET.
 * `viewer` looks, `operator` changes rules and closes connections, `admin` does the rest: accounts, audit, the policy as
 * a file, service definitions, and reading messages.
 */
export const permissions: Readonly<Record<string, Permission>> = {
  // The page and its files hold nothing; it asks for what it shows.
  'GET /*': 'anyone',

  'GET /api/v1/setup': 'anyone',
  'POST /api/v1/setup': 'anyone',
  'GET /api/v1/setup/token': 'admin',
  'POST /api/v1/session': 'anyone',
  'GET /api/v1/session': 'client',
  'DELETE /api/v1/session': 'client',
  'POST /api/v1/session/password': 'client',
  'GET /api/v1/preferences': 'client',
  'PUT /api/v1/preferences/:key': 'client',

  'GET /api/v1/openapi.json': 'viewer',
  'GET /docs': 'viewer',
  'GET /docs/': 'viewer',
  'GET /docs/json': 'viewer',
  'GET /docs/yaml': 'viewer',
  'GET /docs/static/index.html': 'viewer',
  'GET /docs/static/swagger-initializer.js': 'viewer',
  'GET /docs/static/theme/sockgate.css': 'viewer',
  'GET /docs/static/*': 'viewer',
  'GET /metrics': 'viewer',

  'GET /api/v1/status': 'viewer',
  'GET /api/v1/overview': 'viewer',
  'GET /api/v1/settings': 'admin',
  'POST /api/v1/settings/log-level': 'admin',
  'POST /api/v1/settings/tls-reload': 'admin',
  'POST /api/v1/settings/check': 'admin',
  'GET /api/v1/settings/backup': 'admin',
  'GET /api/v1/capabilities': 'viewer',
  'GET /api/v1/workers': 'viewer',
  'GET /api/v1/nodes': 'viewer',
  'GET /api/v1/events': 'viewer',

  'GET /api/v1/connections': 'viewer',
  'GET /api/v1/connections/:id': 'viewer',
  'DELETE /api/v1/connections/:id': 'operator',
  'POST /api/v1/connections/close': 'operator',
  'GET /api/v1/connections/closes': 'viewer',
  'DELETE /api/v1/connections/closes/:id': 'operator',
  'GET /api/v1/connections/:id/messages': 'admin',

  'GET /api/v1/services': 'viewer',
  'GET /api/v1/services/:name': 'viewer',
  'GET /api/v1/services/candidates': 'admin',
  'POST /api/v1/services/echo': 'admin',
  'POST /api/v1/services/:name/probe': 'operator',
  'POST /api/v1/services/:name/disable': 'admin',
  'POST /api/v1/services/:name/enable': 'admin',
  'PUT /api/v1/services/:name': 'admin',
  'DELETE /api/v1/services/:name': 'admin',

  'GET /api/v1/policy': 'viewer',
  'PUT /api/v1/policy': 'operator',
  'POST /api/v1/policy/rules': 'operator',
  'PATCH /api/v1/policy/rules/:id': 'operator',
  'DELETE /api/v1/policy/rules/:id': 'operator',
  'POST /api/v1/policy/rules/:id/move': 'operator',
  'POST /api/v1/policy/redirects': 'operator',
  'PATCH /api/v1/policy/redirects/:id': 'operator',
  'DELETE /api/v1/policy/redirects/:id': 'operator',
  'POST /api/v1/policy/redirects/:id/move': 'operator',
  'POST /api/v1/policy/tests': 'operator',
  'PATCH /api/v1/policy/tests/:id': 'operator',
  'DELETE /api/v1/policy/tests/:id': 'operator',
  'POST /api/v1/policy/tests/:id/move': 'operator',
  'POST /api/v1/policy/preview': 'viewer',
  'POST /api/v1/policy/matches': 'viewer',
  'GET /api/v1/policy/draft': 'viewer',
  'PUT /api/v1/policy/draft': 'operator',
  'DELETE /api/v1/policy/draft': 'operator',
  'POST /api/v1/policy/commit': 'operator',
  'POST /api/v1/policy/confirm': 'operator',
  'POST /api/v1/policy/rollback': 'operator',
  'POST /api/v1/policy/undo': 'operator',
  'GET /api/v1/policy/versions': 'viewer',
  'GET /api/v1/policy/versions/:version': 'viewer',
  'POST /api/v1/policy/versions/:version/restore': 'operator',
  'GET /api/v1/policy/state': 'viewer',
  'GET /api/v1/policy/hits': 'viewer',
  'GET /api/v1/policy/findings': 'viewer',
  'GET /api/v1/policy/tests': 'viewer',
  'POST /api/v1/explain': 'viewer',
  'GET /api/v1/policy/export': 'admin',
  'POST /api/v1/policy/import': 'admin',

  'GET /api/v1/users': 'admin',
  'POST /api/v1/users': 'admin',
  'GET /api/v1/users/:name': 'admin',
  'PATCH /api/v1/users/:name': 'admin',
  'DELETE /api/v1/users/:name': 'admin',
  'GET /api/v1/tokens': 'admin',
  'POST /api/v1/tokens': 'admin',
  'DELETE /api/v1/tokens/:id': 'admin',
  // Only an administrator sees those of others.
  'GET /api/v1/sessions': 'client',
  'DELETE /api/v1/sessions/:id': 'client',
  'GET /api/v1/audit': 'admin',
  'POST /api/v1/audit/verify': 'admin',
  'GET /api/v1/audit/export': 'admin',
}

/**
 * Gives every route that is registered from now on its entry of the table, as `config.permission`.
 * The route's registration throws when it has none.
 */
export function requirePermissions(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    for (const method of [route.method].flat()) {
      const key = `${method === 'HEAD' ? 'GET' : method} ${route.url}`
      if (!Object.hasOwn(permissions, key)) throw new Error(`${key} has no entry in permissions.ts`)
      route.config = { ...route.config, permission: permissions[key]! }
    }
  })
}
