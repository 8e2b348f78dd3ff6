/** From least to most. `client` may connect to services and nothing else; an `operator` also edits rules and closes connections. */
export const ROLES = ['client', 'viewer', 'operator', 'admin'] as const
export type Role = (typeof ROLES)[number]

/** Whether a role may do what `least` may. */
export function atLeast(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least)
}
