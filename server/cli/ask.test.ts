import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'

import { expect, it } from 'vitest'

import { TestShell } from '../testing/shell.ts'
import { askPassword, readText } from './ask.ts'
import type { Shell } from './shell.ts'

const PHRASE = 'correct horse battery'

/** A terminal at which somebody answers each question as it comes. */
function answering(...answers: string[]): { shell: Shell; shown: () => string } {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined })
  let text = ''
  const cues = ['Pass phrase of', 'The same again']
  const stdout = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 24 })
  stdout.on('data', (part: Buffer) => {
    text += part.toString()
    if (answers.length === 0 || !text.includes(cues[0]!)) return
    cues.shift()
    const answer = answers.shift()!
    // Not while the question is being written.
    setImmediate(() => stdin.write(answer))
  })
  const shell = Object.assign(new TestShell(), { stdin, stdout }) as unknown as Shell
  return { shell, shown: () => text }
}

it('asks twice on a terminal, and never shows it', async () => {
  const { shell, shown } = answering(`${PHRASE}\r`, `${PHRASE}\r`)
  expect(await askPassword(shell, 'anna')).toBe(PHRASE)
  expect(shown()).toContain('Pass phrase of anna, at least 12 characters')
  expect(shown()).not.toContain('horse')
})

it('two that differ, and Ctrl-C, change nothing', async () => {
  await expect(askPassword(answering(`${PHRASE}\r`, `${PHRASE}!\r`).shell, 'anna')).rejects.toThrow('not the same')
  await expect(askPassword(answering('\u0003').shell, 'anna')).rejects.toThrow('nothing was changed')
})

it('takes the first line of a pipe', async () => {
  const shell = new TestShell()
  shell.stdin.piped = `${PHRASE}\r\nmore`
  expect(await askPassword(shell, 'anna')).toBe(PHRASE)
  shell.stdin.piped = ''
  await expect(askPassword(shell, 'anna')).rejects.toMatchObject({ status: 2 })
})

it('reads files beside the working directory, and says why it cannot', async () => {
  const shell = new TestShell()
  shell.cwd = mkdtempSync(join(tmpdir(), 'sockgate-ask-'))
  writeFileSync(join(shell.cwd, 'a'), 'text')
  writeFileSync(join(shell.cwd, 'b'), Buffer.from([0xff]))
  expect(await readText(shell, 'a')).toBe('text')
  await expect(readText(shell, 'b')).rejects.toThrow(/^b can't be read: /)
  await expect(readText(shell, 'c')).rejects.toThrow("c can't be read: it does not exist")
  await expect(readText(shell, '.')).rejects.toThrow(/^\. can't be read: /)
  rmSync(shell.cwd, { recursive: true })
})
