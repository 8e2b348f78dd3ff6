import { readFileSync } from 'node:fs'

import { fromRoot, Program } from './harness/program.ts'
import { expect, test } from './harness/test.ts'

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
