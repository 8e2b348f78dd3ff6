import { InvalidArgumentError } from 'commander'

import { adminClient, adminHelp, adminOptions } from './admin-options.ts'
import type { CommandEntry } from './command.ts'
import { printJson } from './print.ts'
import { oneLine } from './text.ts'

/** `sockgate close`: ends one connection. */
export const close: CommandEntry = {
  name: 'close',
  add(program, shell) {
    const command = program
      .command('close <ID>')
      .description('Close a connection, whose id "sockgate connections" shows')
      .option('--code <CODE>', 'Close code the client gets, such as 4000 (default: 4410)', closeCode)
      .option('--reason <TEXT>', 'Reason the client gets, at most 123 bytes', closeReason)
    adminOptions(command)
      .addHelpText('after', `${adminHelp}\nExample:\n  sockgate close 3fa2c1-1b --reason "down for repairs"`)
      .action(async (id: string, options: { data?: string; json?: true; code?: number; reason?: string }) => {
        const { code, reason } = options
        await adminClient(options, shell).close(id, {
          ...(code !== undefined && { code }),
          ...(reason !== undefined && { reason }),
        })
        if (options.json) printJson(shell, { closed: id })
        else shell.stdout.write(`Closed ${oneLine(id)}.\n`)
      })
  },
}

function closeCode(text: string): number {
  const code = /^\d{4}$/.test(text) ? Number(text) : 0
  // Which of them may be sent is for the gateway to say.
  if (code >= 1000 && code <= 4999) return code
  throw new InvalidArgumentError('It is a number from 1000 to 4999.')
}

function closeReason(text: string): string {
  const bytes = Buffer.byteLength(text)
  if (bytes <= 123) return text // what a close frame holds (RFC 6455, 5.5)
  throw new InvalidArgumentError(`It has ${bytes} bytes; a close frame holds 123.`)
}
