import { EXISTING, ROLES, TOKEN_SCOPES } from '../../../shared/api.ts'
import { causes } from '../../../shared/causes.ts'
import { conditions } from '../../../shared/policy/conditions/index.ts'
import { limitsSchema, REDIRECTS_MAX, RULES_MAX, ruleSchema, TESTS_MAX } from '../../../shared/policy/document.ts'
import { CHAIN_MAX } from '../../../shared/policy/policy.ts'
import { permissions } from '../permissions.ts'
import type { Route } from '../route.ts'

/** `GET /capabilities`: what this gateway can do, for forms, completion and programs that must fit several versions. */
export const capabilities: Route = (api, { deps }) => {
  const schema = { summary: 'What this gateway can do', tags: ['gateway'] }
  api.get('/capabilities', { schema }, () => ({
    version: deps.status().version,
    ...deps.catalogs,
    policy: {
      conditions: conditions.map(({ name, summary, example }) => ({ name, summary, example })),
      actions: ruleSchema.shape.action.options,
      limits: Object.keys(limitsSchema.shape),
      existing: EXISTING,
      rulesMax: RULES_MAX,
      redirectsMax: REDIRECTS_MAX,
      testsMax: TESTS_MAX,
      chainMax: CHAIN_MAX,
    },
    roles: ROLES,
    scopes: TOKEN_SCOPES,
    permissions,
    causes,
  }))
}
