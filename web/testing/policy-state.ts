import type { PolicyState } from '../../shared/api.ts'

/** The policy as the feed tells it: version 12 in force, nothing pending, but for what a test cares about. */
export function policyState(fields: Partial<PolicyState> = {}): PolicyState {
  return {
    current: { version: 12, at: 0, author: 'anna', comment: '', kind: 'commit' },
    pending: null,
    fixed: { redirects: [], rules: [] },
    managed: null,
    drafts: [],
    ...fields,
  }
}
