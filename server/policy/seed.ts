import type { DocumentInput } from '../../shared/policy/document.ts'

/** The policy of a new data dir: ordinary rules that everybody can see and change (CONTRACT 3). */
export const seed: DocumentInput = {
  rules: [
    { action: 'allow', direction: 'in', service: '*', peer: 'loopback', note: 'Programs and pages of this machine' },
    { action: 'allow', direction: 'in', service: '*', peer: 'local', note: 'Local programs, by a Unix socket' },
    { action: 'deny', direction: 'in', service: '*', note: 'Everybody else' },
    { action: 'allow', direction: 'out', service: '*', peer: 'local', note: 'Local programs, to services elsewhere' },
  ],
}
