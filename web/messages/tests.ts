import { formatCount } from '../../shared/units.ts'
import { catalog } from './catalog.ts'
import { plural } from './words.ts'

interface TestWords {
  readonly direction: 'in' | 'out'
  /** Of a web page; null: a program, or nobody knows. */
  readonly origin: string | null
  readonly user: string | null
  /** What else is known. */
  readonly facts: string
  readonly service: string
}

/** Tests of the rules. Code stands in `back quotes`. */
export const text = catalog({
  purpose: 'Connections that must be let in or refused, whatever becomes of the rules. A commit stops when one fails.',
  create: 'New test',
  table: 'Tests of the rules',
  columns: { number: 'No.', test: 'Test', result: 'Result', actions: 'Actions' },
  name: (number: number) => `Test ${number}`,
  summary: (passed: number, failed: number) => {
    if (failed === 0) return passed === 1 ? 'The test passes' : `All ${formatCount(passed)} pass`
    return `${formatCount(passed)} pass, ${formatCount(failed)} ${failed === 1 ? 'fails' : 'fail'}`
  },
  running: 'Running…',
  ofDraft: 'of your draft',
  inForce: 'of the rules in force',
  problems: 'The draft has problems, so its tests cannot be run. See Review.',
  show: { label: 'Show', all: 'All', failing: 'Failing' },
  more: (count: number) => `Show ${plural(count, 'more test', 'more tests')}`,
  noFailing: 'No test fails.',
  noFailingHint: (count: number) => `There are ${plural(count, 'test', 'tests')} in all.`,
  clear: 'Show all',
  sentence: ({ direction, origin, user, facts, service }: TestWords) => {
    const client = origin === null ? 'A client' : `A browser at \`${origin}\``
    const who = user === null ? client : `${client} as \`${user}\``
    const known = facts === '' ? who : `${who} with \`${facts}\``
    return direction === 'in' ? `${known} to \`${service}\`` : `${known} out to \`${service}\``
  },
  must: {
    allow: 'must be allowed',
    deny: 'must be refused',
    by: (rule: string) => `by rule \`${rule}\``,
    target: (target: string) => `and sent to \`${target}\``,
  },
  /** A sentence of the gateway, which may begin with a name. */
  outcome: (message: string) => `${message}.`,
  results: { pass: 'Pass', fail: 'Fail', unknown: 'Not run' },
  row: {
    edit: (name: string) => `Edit ${name}`,
    look: (name: string) => `Look at ${name}`,
    menu: (name: string) => `More for ${name}`,
  },
  menu: {
    edit: 'Edit',
    look: 'Look at it',
    clone: 'Clone',
    up: 'Move up',
    down: 'Move down',
    top: 'To top',
    end: 'To end',
    explain: 'Explain',
    remove: 'Delete',
  },
  empty: {
    title: 'No tests yet',
    why: 'A test says what must stay true: browser at https://app.example as anna to pong must be allowed. It runs at every change of the rules, and a commit that breaks it stops before anybody is locked out.',
    how: 'Tests can also be made from a connection, or from an explanation.',
  },
  steps: {
    add: 'Add a test',
    change: (name: string) => `Change ${name}`,
    clone: (name: string) => `Clone ${name}`,
    remove: (name: string) => `Delete ${name}`,
    move: (name: string) => `Move ${name}`,
  },
  told: {
    added: (name: string) => `${name} added to the draft`,
    changed: (name: string) => `${name} changed in the draft`,
    cloned: (name: string, copy: string) => `${name} is cloned as ${copy}.`,
    removed: (name: string) => `${name} deleted`,
    moved: (name: string, place: number, of: number) => `${name} is now ${place} of ${of}.`,
    undone: (label: string) => `Undone: ${label}`,
    redone: (label: string) => `Done again: ${label}`,
    nothingToUndo: 'There is nothing to undo.',
    nothingToRedo: 'There is nothing to do again.',
  },
  editor: {
    new: 'New test',
    edit: (name: string) => `Edit ${name}`,
    look: (name: string) => name,
    gone: 'This test is not there',
    goneDetail: 'It may have been deleted since, or the id in the address is wrong.',
    expect: { label: 'What must happen', allow: 'must be allowed', deny: 'must be refused' },
    words: {
      when: 'When',
      who: 'known as',
      to: 'to',
      must: 'it',
      by: 'by',
      target: 'at',
      note: 'note',
    },
    direction: { label: 'When: direction of the connection', in: 'a connection in', out: 'a connection out' },
    who: { label: 'Known as: what is known of the client', placeholder: 'user:anna origin:https://app.example' },
    service: { label: 'To: service', placeholder: 'pong' },
    rule: { label: 'By: rule that must decide', placeholder: 'any rule' },
    target: { label: 'At: where it must be sent', placeholder: 'wherever' },
    note: { label: 'Note', placeholder: 'why it must be so' },
    missing: 'Enter a service.',
    linePlaceholder: 'test allow in pong user:anna',
    wrongList: 'this is no test: begin with test',
    add: 'Add test',
    result: 'What it says now',
    resultHint: 'With the rules as your page has them.',
    asking: 'Running…',
    incomplete: 'Shown when the test is complete.',
    explain: 'Explain it step by step',
    rules: (number: number, line: string) => `Rule ${number}: ${line}`,
    fixedRule: (id: string, line: string) => `Locked rule ${id}: ${line}`,
    defaultRule: { in: 'Everything else, in', out: 'Everything else, out' },
    unknownRule: (id: string) => `${id}, which is not there`,
  },
})
