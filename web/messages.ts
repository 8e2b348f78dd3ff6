import { spellDuration } from '../shared/units.ts'
import { catalog } from './messages/catalog.ts'
import { ago, plural } from './messages/words.ts'

/** Sentences and labels that several pages share; those of one page are in `messages/`. */
export const messages = catalog({
  product: 'sockgate',
  pageTitle: (title: string) => `${title} · sockgate`,
  skip: 'Skip to content',
  breadcrumbs: 'Above this page',
  more: 'More',
  actions: 'Actions',
  undo: 'Undo',
  dismiss: 'Dismiss',
  close: 'Close',
  ago,
  slow: 'The gateway takes long to answer.',
  copyDetails: 'Copy details',
  pages: {
    overview: 'Overview',
    connections: 'Connections',
    connection: 'Connection',
    services: 'Services',
    service: 'Service',
    redirection: 'Redirection',
    firewall: 'Firewall',
    tests: 'Tests',
    review: 'Review',
    conflict: 'Conflict',
    tryIt: 'Try it',
    history: 'History',
    audit: 'Audit',
    settings: 'Settings',
    help: 'Help',
    welcome: 'Welcome',
  },
  groups: { rules: 'Rules', tools: 'Tools' },
  search: { label: 'Search or jump to…' },
  bell: {
    title: 'What was done lately',
    label: (unseen: number) => (unseen === 0 ? 'What was done lately' : `What was done lately, ${unseen} new`),
    none: 'Nothing yet: results of what you do here are listed for a day.',
  },
  panel: { close: 'Close panel', asPage: 'Open as a page', resize: 'Width of the panel' },
  zone: {
    shown: (zone: string) => `Times in ${zone}`,
    utc: 'Show UTC',
    local: (zone: string) => `Show ${zone}`,
  },
  pageFailed: {
    title: 'This page failed',
    what: 'This page could not be shown.',
    hint: 'If the gateway was replaced by another version, loading it again helps.',
    reload: 'Load again',
    copy: 'Copy what went wrong',
  },
  keys: {
    groups: {
      everywhere: 'Everywhere',
      lists: 'Lists',
      connections: 'Connections',
      rules: 'Rules',
    },
    help: 'All keys',
    search: 'Search',
    why: 'Explain a connection',
    filter: 'Go to the filter',
    pause: 'Pause or go on',
    next: 'Next row',
    previous: 'Previous row',
    open: 'Open the row',
    tick: 'Tick the row',
    tickRange: 'Tick up to here',
    closePanel: 'Close the panel',
    nextDetail: 'Next one in the panel',
    previousDetail: 'Previous one in the panel',
    messages: 'Messages of the connection',
    close: 'Close the connection (asks first)',
    create: 'New rule',
    edit: 'Edit the rule',
    clone: 'Clone the rule',
    switch: 'Switch the rule on or off',
    remove: 'Delete the rule',
    moveUp: 'Move up',
    moveDown: 'Move down',
    undo: 'Undo',
    redo: 'Redo',
    review: 'Review changes',
    send: 'Send, or commit',
  },
  navigation: 'Pages',
  noPageTitle: 'No such page',
  noPage: 'There is no page at this address.',
  noPageLink: 'Go to the overview',
  copy: 'Copy',
  copied: 'Copied',
  unknown: '–',
  retry: 'Try again',
  noAnswer: 'The gateway did not answer, and nothing was changed. Is it running? Try again.',
  sentence: (detail: string) =>
    `${detail.slice(0, 1).toUpperCase()}${detail.slice(1)}${/[.!?…]$/.test(detail) ? '' : '.'}`,

  link: {
    connecting: 'Connecting',
    live: 'Live',
    lost: 'Reconnecting',
    denied: 'No access',
    'signed-out': 'Signed out',
    draining: 'Draining',
    drainingHint: 'The gateway is shutting down: open connections may end, new ones are refused.',
    neverHeard: 'The gateway does not answer. Trying again…',
    lostTitle: 'The gateway does not answer. Reconnecting…',
    lastUpdate: (ms: number) => `Last update ${ago(ms)}; what you see below is from then.`,
    lostFirst: 'Is it running? Start it with npm start or sockgate serve.',
    deniedTitle: 'This page may not see the gateway',
    requestId: (id: string) => `Request id ${id}`,
  },

  gate: {
    asking: 'Asking the gateway who you are',
    slow: 'The gateway takes long to answer.',
    unreachable: 'The gateway does not answer',
    unreachableDetail: 'This page tries again every few seconds, and goes on by itself when it is back.',
    failed: 'The gateway could not say who you are',
    deniedHint: 'If this is a mistake, somebody on the gateway’s machine can let you in with sockgate rules.',
    otherAccount: 'Use another account',
  },

  secret: { label: 'Pass phrase', show: 'Show pass phrase', hide: 'Hide' },

  slowDown: {
    title: 'Too many failed tries',
    detail: 'Waiting a moment between tries keeps guessers out. What you typed stays here.',
    wait: (seconds: number) => `Try again in ${seconds} s`,
    over: 'You can try again now.',
  },

  signIn: {
    title: 'Sign in',
    purpose: 'With your account on this gateway',
    name: 'Name',
    submit: 'Sign in',
    busy: 'Signing in…',
    noName: 'Enter the name of your account.',
    noPassword: 'Enter your pass phrase.',
    wrong: 'The name or the pass phrase is not right. Check both, and whether Caps Lock is on.',
    why: {
      question: 'Why am I here?',
      answer: [
        'A session ends when it has not been used for 30 minutes, and after 12 hours in any case.',
        'It also ends when you sign out, when your role or pass phrase changes, and when an admin ends it.',
        'Sign in, and you are back on the page you left.',
      ],
      expired: {
        title: 'Your session has expired',
        detail: 'It was not used for a while, or had lasted as long as a session may.',
      },
      restarted: {
        title: 'Your session ended',
        detail: 'The gateway was away for a moment; since it is back it does not know this session any more.',
      },
      ended: {
        title: 'Your session was ended',
        detail: 'You signed out elsewhere, or an admin changed your account or ended the session.',
      },
      'signed-out': { title: 'You are signed out', detail: 'Nothing of what was shown is kept in this tab.' },
    },
  },

  setup: {
    title: 'Set up sockgate',
    purpose: 'Make the first admin account. You need the one-time token that the gateway printed when it started.',
    token: 'One-time token',
    tokenHint:
      'From the link that the gateway printed. It is good for 15 minutes; the command sockgate setup prints the one in force.',
    tokenBrought: 'Taken from the link you opened.',
    name: 'Name',
    nameHint: 'Lower-case letters and digits, such as anna or ops-1.',
    short: 'At least 12 characters. A few words in a row are easy to remember and hard to guess.',
    enough: 'Long enough. Another word makes it stronger.',
    long: 'Long and strong.',
    tooShort: (length: number, least: number) => `${length} of at least ${least} characters`,
    submit: 'Create account and sign in',
    busy: 'Creating the account…',
    noToken: 'Enter the token that the gateway printed on its console.',
    wrongToken:
      'This token is wrong or older than 15 minutes. Run sockgate setup where the gateway runs: it prints the one in force.',
    noName: 'Choose a name for your account.',
    badName:
      'Use lower-case letters, digits, dots, dashes, underscores or @, a letter or digit first, 64 characters at most.',
    shortPassword: (length: number, least: number) =>
      length === 0
        ? `Choose a pass phrase of at least ${least} characters.`
        : `Add ${plural(least - length, 'character', 'characters')}: a pass phrase has at least ${least}.`,
    longPassword: (most: number) => `A pass phrase has at most ${most} characters.`,
    overTitle: 'Setup is over',
    over: 'This gateway has an admin already. Sign in with that account, or ask an admin for one of your own.',
    overLink: 'Go to sign-in',
  },

  account: {
    title: 'Your account',
    label: (name: string) => `Account: ${name}`,
    roles: {
      client: 'Client: may connect to services',
      viewer: 'Viewer: may look at everything and change nothing',
      operator: 'Operator: may edit rules and close connections',
      admin: 'Admin: may do everything, accounts included',
    },
    by: {
      session: 'Signed in with a pass phrase',
      token: 'Let in by an API token',
      local: 'Let in as the user who runs the gateway',
    },
    signOut: 'Sign out',
    signingOut: 'Signing out…',
    stillIn: 'The gateway did not answer: you are still signed in. Try again.',
    viewerTitle: 'You can look, but not change anything',
    viewerDetail:
      'Your role is viewer, so buttons that change things are left out. An admin can give you another role.',
    dismiss: 'Do not tell me again',
  },

  confirm: {
    countdown: (version: number, revertTo: number, left: string) =>
      `Rules version ${version} return to version ${revertTo} in ${left} unless confirmed`,
    over: (version: number, revertTo: number) => `Rules version ${version} return to version ${revertTo} now`,
    unreachable: (revertTo: number, at: string) =>
      `The gateway does not answer. If nobody confirms, rules version ${revertTo} return at ${at}.`,
    detail: 'The gateway keeps the time itself: it goes back also when this page is closed or out of reach.',
    viewer: 'An operator or admin can keep them or go back at once.',
    keep: 'Keep',
    keepLabel: (version: number) => `Keep rules version ${version}`,
    rollBack: 'Roll back now',
    rollBackLabel: (revertTo: number) => `Roll back to rules version ${revertTo} now`,
    kept: (version: number) => `Rules version ${version} are kept.`,
    rolledBack: (version: number) => `Back to the rules of before, now version ${version}.`,
    dismiss: 'Close',
    announce: (version: number, seconds: number) =>
      `Rules version ${version} go back in ${spellDuration(seconds * 1000)} unless confirmed.`,
  },

  scheme: { label: 'Colours', light: 'Light', dark: 'Dark', auto: 'As the system' },

  connections: {
    rate: (bytes: string) => `${bytes}/s`,
  },
})
