import { catalog } from './catalog.ts'

/** Lines of code that reach a service. */
export const text = catalog({
  label: 'How to connect',
  kinds: { browser: 'Browser', node: 'Node', websocketc: 'websocketc', curl: 'curl' },
  hints: {
    browser:
      'For a page that this gateway lets in by its origin, or its console. ?text=1 asks for text messages; leave it out for bytes.',
    node: 'With the package sockgate installed. text: true asks for text messages; leave it out for bytes.',
    websocketc: 'Type a line and see the answer. Ends with Ctrl D.',
    curl: 'Shows the answer to the handshake: 101 when let in, else the reason. Sends no message.',
  },
  copy: (kind: string) => `Copy the lines for ${kind}`,
  token: 'With a token',
  tokenNeeded: 'The rules let nobody in without a credential: put a token of yours in place of YOUR-TOKEN.',
  tokenOptional: 'Put a token in place of YOUR-TOKEN. An admin makes one under Settings, Accounts.',
  makeToken: 'Make a token',
  noUrl: 'The gateway has no WebSocket listener that a browser can reach, so there is no address to show.',
  noUrlHint: 'Start it with --listen ws://127.0.0.1:8080, for example.',
})
