import type { CommandEntry } from './command.ts'
import { addEdits } from './rules/edit.ts'
import { addFiles } from './rules/files.ts'
import { addHistory } from './rules/history.ts'
import { addShow } from './rules/show.ts'

const notes = `
Rules are lines as in ipcd, judged from the top; the first that matches decides:
  allow in pong user:anna 10.0.0.0/8   # a note
  deny in * *
  redirect authd nextversion-authd percent=10 fallback=authd

Examples:
  sockgate rules show
  sockgate rules add "allow in authd tls:example.com"
  sockgate rules add "deny in pong 192.0.2.7 until=2026-12-31T18:00:00Z" --existing close
  sockgate rules apply policy.rules --confirm 60s`

/** `sockgate rules`: redirection and firewall. */
export const rules: CommandEntry = {
  name: 'rules',
  add(program, shell) {
    const command = program
      .command('rules')
      .helpCommand(false)
      .description('Show and change the redirection and firewall rules')
    for (const add of [addShow, addEdits, addFiles, addHistory]) add(command, shell)
    command.addHelpText('after', notes)
  },
}
