import { expect, it } from 'vitest'

import { readConfig } from '../config/config.ts'
import { exampleFile } from '../config/reference.ts'
import { reference } from './reference.ts'

// After a change of an option: vitest run server/cli/reference --update
it('docs/reference.md is current', async () => {
  await expect(reference()).toMatchFileSnapshot('../../docs/reference.md')
})

it('the example file is right', () => {
  const file = { path: '/etc/sockgate.yaml', name: 'sockgate.yaml', text: exampleFile }
  const config = readConfig({ flags: {}, env: { HOME: '/root' }, uid: 0, cwd: '/', file })
  expect(config.services.get('pong')).toEqual({ target: 'unix:/run/pong.sock', codec: 'libipc' })
  expect(config.services.get('clock')).toMatchObject({ text: true, maxConnections: 100 })
})
