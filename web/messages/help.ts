import { catalog } from './catalog.ts'

export const text = catalog({
  purpose: 'Everything here works without a network.',
  contents: 'On this page',
  sections: {
    connect: 'Connect a client',
    filter: 'Filter language',
    rules: 'Rules in one line',
    closes: 'Close codes',
    keys: 'Keys',
    downloads: 'Downloads',
  },
  connect: {
    intro:
      'A service is at the listener’s address with the service’s name behind it. Every service has snippets for browser, Node and terminal that work when pasted:',
    services: 'Services',
    views: 'A client chooses the form in which it sees messages:',
    view: 'View',
    gets: 'What a message is',
    ask: 'How to ask for it',
    viewRows: [
      {
        name: 'payload',
        gets: 'The bytes that the service sent, without its frame',
        ask: 'Nothing to do: it is the default',
      },
      { name: 'packet', gets: 'The whole framed packet, header included', ask: 'sockgate.packet · ?view=packet' },
      { name: 'json', gets: '{"mtype":2,"utype":7,"payload":"…"}', ask: 'sockgate.json · ?view=json · /NAME.JSON' },
      { name: 'cbor', gets: 'The same map in CBOR', ask: 'sockgate.cbor · ?view=cbor · /NAME.CBOR' },
    ],
    tokens:
      'Where rules want to know who comes, a client shows a token: as Authorization: Bearer, as cookie sockgate-token, or, from a browser, as sub-protocol sockgate.bearer.TOKEN.',
  },
  filter: {
    intro:
      'Words apart by blanks, all of which must be found; letter case does not count. A word without a name is looked for everywhere, and * stands for anything.',
    example: 'Filter',
    means: 'Shows',
    rows: [
      { example: 'service:pong', means: 'connections to pong' },
      { example: 'client:10.0.0.0/8', means: 'clients from a network' },
      { example: 'user:anna', means: 'clients with the credential of anna; user:none without any' },
      { example: 'rule:default-in', means: 'what a rule has decided' },
      { example: 'origin:none', means: 'programs; web pages have an origin' },
      { example: 'state:paused', means: 'a side that does not keep up' },
      { example: 'age>1h', means: 'open for more than an hour; <, >= and <= work, too' },
      { example: 'queued>64KiB', means: 'more than that waits in the gateway' },
      { example: 'cause:policy-denied', means: 'how it ended' },
      { example: '"time out"', means: 'this text as it is' },
    ],
    here: 'Show these connections',
  },
  rules: {
    intro:
      'Redirects come first, then the firewall judges the result; in each the first line that matches decides. What none matches is denied.',
    line: 'Line',
    means: 'Means',
    rows: [
      { line: 'allow in pong user:anna', means: 'anna may use pong' },
      { line: 'deny in * 192.0.2.0/24', means: 'this network may use nothing' },
      { line: 'allow in chat origin:https://app.example', means: 'pages of this site may use chat' },
      { line: 'allow in pong * messages=50/s per-address=4', means: 'everybody may use pong, within limits' },
      { line: 'log in * group:guests', means: 'writes it down; the next rules decide' },
      { line: 'redirect authd authd-next percent=10', means: 'a tenth of the clients of authd goes to authd-next' },
      { line: 'test deny in pong 10.9.9.9', means: 'a commit that breaks this is refused' },
    ],
  },
  closes: {
    intro:
      'What a client is told when it is refused or its connection ends. The status is for clients that are no web pages.',
    code: 'Code',
    status: 'HTTP',
    title: 'What it means',
    advice: 'What helps',
    again: 'Trying again can help',
    cause: 'Cause',
  },
  downloads: {
    websocketc: 'websocketc',
    websocketcHint:
      'A WebSocket client for the terminal and for scripts, in one file. Needs Node 20 or later, and nothing else.',
    command: (origin: string) => `curl -O ${origin}/downloads/websocketc.mjs && node websocketc.mjs --help`,
    commandLabel: 'Copy the command that downloads websocketc',
    api: 'The admin API, to read and to try',
    openapi: 'The same for programs (OpenAPI)',
  },
})
