import { readFileSync } from 'node:fs'

import { ADMIN } from './harness/gateway.ts'
import { fromRoot, Program } from './harness/program.ts'
import { expect, test } from './harness/test.ts'
import { WatchedPage } from './harness/watched-page.ts'

const readme = fromRoot('README.md')

/** The commands of fenced blocks marked `sh tour`: the lines behind a `$ `. */
function commandsIn(text: string): string[] {
  const blocks = [...text.matchAll(/^```sh tour\n(.*?)^```$/gms)].map(([, block]) => block!)
  return blocks.flatMap((block) => [...block.matchAll(/^\$ (.+)$/gm)].map(([, command]) => command!))
}

test('the tour of the README works as typed', async ({ start }) => {
  const commands = commandsIn(readFileSync(readme, 'utf8'))
  expect(commands.length).toBeGreaterThanOrEqual(3)
  const gateway = await start(['--demo'])
  const ports = { '8080': new URL(gateway.url).port, '8081': new URL(gateway.dashboard).port }
  const outputs: string[] = []
  for (const command of commands) {
    // The only changes: free ports, and our gateway's data directory.
    const typed = command.replace(/\b(8080|8081)\b/g, (port) => ports[port as keyof typeof ports])
    const here = typed.replace(/(sockgate (?:list|connections|close|explain|rules \w+))/, `$1 --data ${gateway.data}`)
    const { code, out, err } = await new Program('sh', ['-c', here], { cwd: fromRoot('.') }).end()
    const complaints = err.replace(/^npm (warn|notice).*\n/gm, '') // about its own settings
    expect({ command, code, complaints }).toEqual({ command, code: 0, complaints: '' })
    expect({ command, out }).toEqual({ command, out: expect.stringMatching(/\S/) })
    outputs.push(out)
  }
  expect(outputs[0]).toBe('hi')
  expect(outputs.join('\n')).toContain('"payload":"hello"')
})

for (const [title, args] of [
  ['with services', ['--demo']],
  ['without any service', []],
] as const) {
  test(`a newcomer ${title}: from the set-up link to the first message and where it shows, in a minute`, async ({
    start,
    page,
  }) => {
    const gateway = await start(args)
    const watched = new WatchedPage(page)
    const began = Date.now()
    await watched.open(gateway.setupLink)
    await page.getByRole('textbox', { name: 'Name' }).fill(ADMIN.name)
    await page.getByRole('textbox', { name: 'Pass phrase', exact: true }).fill(ADMIN.password)
    await page.getByRole('button', { name: 'Create account' }).click()
    await expect(page.getByRole('heading', { name: 'Find your service' })).toBeVisible()
    await watched.inspect(`welcome-${args.length === 0 ? 'none' : 'demo'}`)
    if (args.length === 0) await page.getByRole('button', { name: /echo/i }).first().click()
    else
      await page
        .getByRole('link', { name: 'Use pong' })
        .or(page.getByRole('button', { name: 'Use pong' }))
        .click()
    await page
      .getByRole('link', { name: 'Try it now' })
      .or(page.getByRole('button', { name: 'Try it now' }))
      .click()
    await page.getByRole('button', { name: 'Send “hello”' }).click()
    await expect(page.getByRole('row').filter({ hasText: 'Received' })).toContainText('hello')
    const opening = page.waitForEvent('popup')
    await page.getByRole('link', { name: /^Open its page/ }).click()
    const second = await opening
    await second.getByRole('tab', { name: 'Messages' }).click()
    await second.getByRole('textbox', { name: 'Reason' }).fill('looking around')
    await second.getByRole('button', { name: 'Start reading' }).click()
    await expect(second.getByText(/^You are reading the messages/)).toBeVisible()
    await page.getByRole('textbox', { name: 'Message', exact: true }).fill('second')
    await page.keyboard.press('Enter')
    await expect(second.getByRole('row').filter({ hasText: 'second' })).toHaveCount(2)
    await second.goto(`${gateway.dashboard}connections`)
    await expect(second.locator('tbody tr[data-id]')).toHaveCount(1)
    expect(Date.now() - began).toBeLessThan(60_000)
    watched.expectClean([gateway.dashboard, gateway.url], { refused: [401] }) // before there is an account
  })
}
