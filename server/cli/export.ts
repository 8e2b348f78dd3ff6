import { adminClient, adminHelp, adminOptions } from './admin-options.ts'
import type { CommandEntry } from './command.ts'
import { printJson } from './print.ts'

/** `sockgate export`: the whole policy as a file for backup and version control. */
export const exportPolicy: CommandEntry = {
  name: 'export',
  add(program, shell) {
    const command = program
      .command('export')
      .description('Print the policy as YAML, for backup and version control; it holds no secrets')
    adminOptions(command)
      .addHelpText('after', `${adminHelp}\nExample:\n  sockgate export > policy.yaml`)
      .action(async (options: { data?: string; json?: true }) => {
        const client = adminClient(options, shell)
        if (options.json) printJson(shell, (await client.ask<object>('GET', '/policy')).value)
        else shell.stdout.write(await client.text('/policy/export'))
      })
  },
}
