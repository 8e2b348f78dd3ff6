import { prefixed } from './prefixed.ts'

/** `group:staff`: a group that the client's user belongs to. */
export const group = prefixed({
  name: 'group',
  summary: "Group of the client's user",
  value: 'staff',
  valuesOf: ({ request }) => request.groups,
  is: 'a group of the user is',
  none: 'the user is in no group',
})
