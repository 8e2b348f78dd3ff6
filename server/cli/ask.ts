import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Readable, Writable } from 'node:stream'

import { isCancel, password } from '@clack/prompts'

import { CliError } from './shell.ts'
import type { Shell } from './shell.ts'

/** Shortest pass phrase that the accounts take; the gateway checks it again. */
const LENGTH_MIN = 12
/** Longest text that is read from standard input or a file. */
const TEXT_MAX = 8 * 1024 * 1024

/**
 * Asks for a pass phrase without showing it, twice; where there is no terminal, takes the first line of standard input.
 * @throws CliError when nothing came, or the two differ
 */
export async function askPassword(shell: Shell, whose: string): Promise<string> {
  if (shell.stdin.isTTY !== true) {
    const line = (await readStdin(shell)).split(/\r?\n/, 1)[0]!
    if (line !== '') return line
    throw new CliError('no pass phrase came on standard input: write it as one line, or use a terminal', 2)
  }
  const first = await hidden(shell, `Pass phrase of ${whose}, at least ${LENGTH_MIN} characters`)
  const second = await hidden(shell, 'The same again')
  if (first === second) return first
  throw new CliError('the two are not the same; nothing was changed', 1)
}

async function hidden(shell: Shell, message: string): Promise<string> {
  const input = shell.stdin as unknown as Readable
  const output = shell.stdout as unknown as Writable
  const answer = await password({ message, input, output, validate: longEnough })
  if (isCancel(answer)) throw new CliError('nothing was changed', 1)
  return answer ?? ''
}

/** What the accounts would refuse is told before it is asked for again. */
function longEnough(text: string | undefined): string | undefined {
  return Array.from(text ?? '').length < LENGTH_MIN ? `At least ${LENGTH_MIN} characters.` : undefined
}

/** Text of a file, or of standard input for `-`. @throws CliError with a sentence */
export async function readText(shell: Shell, name: string): Promise<string> {
  if (name === '-') return readStdin(shell)
  try {
    const bytes = readFileSync(resolve(shell.cwd, name))
    if (bytes.length > TEXT_MAX) throw new Error('it is too large')
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'it does not exist' : code === 'EACCES' ? 'this user may not read it' : message
    throw new CliError(`${name} can't be read: ${why}`, 2, { cause: error })
  }
}

async function readStdin(shell: Shell): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of shell.stdin as unknown as AsyncIterable<Buffer>) {
    chunks.push(Buffer.from(chunk))
    bytes += chunk.length
    if (bytes > TEXT_MAX) throw new CliError('standard input is too large', 2)
  }
  return Buffer.concat(chunks).toString()
}
