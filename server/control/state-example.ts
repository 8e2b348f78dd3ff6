import type { PolicyState, PolicyVersion } from '../../shared/api.ts'

/** For the published description. */
export const versionExample: PolicyVersion = {
  version: 12,
  at: 1_795_200_000_000,
  author: 'anna',
  comment: 'authd for the shop',
  kind: 'commit',
}

/** For the published description. */
export const stateExample: PolicyState = {
  current: versionExample,
  pending: { version: 12, revertTo: 11, deadline: 1_795_200_060_000 },
  fixed: { redirects: [], rules: [] },
  managed: null,
  drafts: [{ user: 'ben', base: 12, savedAt: 1_795_200_030_000 }],
}
