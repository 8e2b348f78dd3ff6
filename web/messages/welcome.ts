import { catalog } from './catalog.ts'
import { plural } from './words.ts'

/** The steps of a first start, from the token to the first connection. */
export const text = catalog({
  steps: ['Token', 'Admin', 'Service', 'Done'],
  progress: 'Steps of the setup',
  state: { done: 'done', now: 'now', next: 'to come' },
  find: {
    title: 'Find your service',
    purpose: 'Choose the program that clients will talk to. You can add others at any time.',
    here: 'Services that are there already',
    found: 'Found on this machine',
    foundNone: 'Nothing else was found. A program that listens on a Unix socket in the run dir appears here by itself:',
    use: 'Use it',
    useOf: (name: string) => `Use ${name}`,
    none: 'No service yet',
    noneHint: 'Start the built-in echo service to see how it works, or start your own program and look again.',
    skip: 'Skip: go to the overview',
    more: (count: number) => `${plural(count, 'more is', 'more are')} under Services`,
  },
  done: {
    title: 'Ready to connect',
    at: (name: string) => `Your service ${name} is at`,
    copyUrl: 'Copy the address',
    tryIt: 'Try it now',
    snippet: 'Copy browser snippet',
    copied: 'Copied',
    invite: 'Invite a colleague',
    other: 'Choose another service',
    overview: 'Go to the overview',
    more: 'Or connect from somewhere else:',
    noUrl: 'The gateway has no WebSocket listener that a browser can reach, so there is no address to show.',
    gone: (name: string) => `There is no service called ${name} any more. Choose another one.`,
  },
})
