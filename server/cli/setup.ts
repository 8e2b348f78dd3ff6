import { adminClient, adminHelp, adminOptions } from './admin-options.ts'
import type { CommandEntry } from './command.ts'
import { printJson } from './print.ts'
import { CliError } from './shell.ts'
import { oneLine } from './text.ts'

/** `sockgate setup`: the link that makes the first administrator, as printed at start. */
export const setup: CommandEntry = {
  name: 'setup',
  add(program, shell) {
    const command = program
      .command('setup')
      .description('Print the link that makes the first administrator of the page; good once, for 15 minutes')
    adminOptions(command)
      .addHelpText('after', `${adminHelp}\nExample:\n  sockgate setup`)
      .action(async (options: { data?: string; json?: true }) => {
        const client = adminClient(options, shell)
        const { value } = await client.ask<{ token: string }>('GET', '/setup/token')
        const { dashboard } = await client.status()
        const link = dashboard === null ? null : `${dashboard}setup#token=${value.token}`
        if (options.json) return printJson(shell, { link, token: value.token })
        if (link !== null) return void shell.stdout.write(`${oneLine(link)}\n`)
        throw new CliError('the page is off (--admin off): "sockgate user add NAME --role admin" needs none', 1)
      })
  },
}
