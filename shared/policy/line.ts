/**
 * The text form of a policy: ipcd's own lines, one for each rule.
 *
 *     # Clients from outside
 *     allow in authd tls:example.com until=2026-12-31T18:00:00Z per-address=10 messages=50/s # for the trial
 *     off deny in * *
 *     redirect authd nextversion-authd percent=10 fallback=authd-old
 *     test allow in authd tls:example.com rule=k3x9
 *     default in deny
 *
 * Parsing and formatting are each other's inverse for every document that `readDocument` takes.
 */
export { formatPolicy, formatRedirect, formatRule, formatTest } from './line-format.ts'
export { parseLine, parsePolicy, readPolicy } from './line-parse.ts'
export { reconcile } from './reconcile.ts'
