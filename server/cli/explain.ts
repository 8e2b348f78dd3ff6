import { createColors } from 'picocolors'

import type { Explanation } from '../../shared/api.ts'
import { adminClient, adminHelp, adminOptions } from './admin-options.ts'
import type { CommandEntry } from './command.ts'
import { printJson } from './print.ts'
import { ruleWords } from './rule-words.ts'
import { CliError, colorful } from './shell.ts'
import type { Shell } from './shell.ts'
import { oneLine } from './text.ts'

const examples = `
What is known of the client is written as in rules; nothing more is known then:
  10.0.0.5   user:anna   group:staff   uid:1000   origin:https://app.example
  tls:example.com   listener:ws://127.0.0.1:8080   at:2026-12-01T10:00:00Z

The admin side is the service -/admin.

Examples:
  sockgate explain in pong 10.0.0.5 user:anna
  sockgate explain out pong tls:pong.example.com:9000
  sockgate explain 3fa2c1-1b`

/** `sockgate explain`: why a connection is let in or not, rule by rule. */
export const explain: CommandEntry = {
  name: 'explain',
  add(program, shell) {
    const command = program
      .command('explain <DIR|ID> [SERVICE] [PEER...]')
      .description('Tell what the rules say to an invented connection, or said to a real one by its id')
    adminOptions(command)
      .addHelpText('after', adminHelp + examples)
      // The name of a service may begin with a dash (-/admin).
      .allowUnknownOption()
      .action(
        async (first: string, service: string | undefined, peer: string[], options: { data?: string; json?: true }) => {
          const body = question(first, service, peer)
          const { value } = await adminClient(options, shell).ask<Explanation>('POST', '/explain', { body })
          if (options.json) printJson(shell, value)
          else print(shell, value)
        },
      )
  },
}

function question(first: string, service: string | undefined, peer: readonly string[]): object {
  ruleWords([first, service ?? '', ...peer])
  if (service === undefined) {
    if (first === 'in' || first === 'out')
      throw new CliError('a service is missing: sockgate explain in SERVICE [PEER...]', 2)
    return { requestId: first }
  }
  if (first !== 'in' && first !== 'out') {
    throw new CliError(`the direction is in or out, not ${oneLine(first)}: sockgate explain in SERVICE [PEER...]`, 2)
  }
  return { direction: first, service, ...(peer.length > 0 && { peer: peer.join(' ') }) }
}

function print(shell: Shell, { verdict, service, target, version, steps, summary }: Explanation): void {
  const colors = createColors(colorful(shell.stdout, shell.env))
  const out = (line: string) => shell.stdout.write(`${line}\n`)
  const width = Math.max(0, ...steps.map(({ id }) => id.length))
  for (const { id, text, matched, reason } of steps) {
    const mark = matched ? colors.cyan('●') : colors.dim('·')
    out(`${mark} ${colors.dim(oneLine(id).padEnd(width))}  ${oneLine(text)}`)
    out(`  ${' '.repeat(width)}  ${colors.dim(oneLine(reason))}`)
  }
  const paint = verdict === 'allow' ? colors.green : colors.red
  // The summary tells the rule's line as well, which stands above.
  const shorter = steps.reduce((text, step) => text.replace(` (${step.text})`, ''), summary)
  const said = oneLine(shorter)
  const verb = /^[A-Za-z]*/.exec(said)![0]
  if (steps.length > 0) out('')
  out(paint(verb) + said.slice(verb.length))
  const goes = verdict === 'allow' ? `; ${oneLine(service)} goes to ${oneLine(target)}` : ''
  out(colors.dim(`Policy version ${version}${goes}`))
}
