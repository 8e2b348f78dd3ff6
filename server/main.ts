#!/usr/bin/env node
import './heap.ts'
import { run } from './cli/run.ts'
import { colorful } from './cli/shell.ts'
import { createLog } from './log.ts'

const { stdin, stdout, stderr, env } = process

/** A bug: nothing that is held can be trusted any more. */
function die(err: unknown): never {
  const log = createLog({ level: 'fatal', format: 'auto', terminal: stderr.isTTY, color: colorful(stderr, env) })
  log.fatal({ err }, 'bug: the program ends') // waits until it is written
  process.exit(1)
}

process.on('uncaughtException', die)
// A reader that has had enough, as `head` has, is no trouble of ours.
stdout.on('error', (error: NodeJS.ErrnoException) => (error.code === 'EPIPE' ? process.exit(0) : die(error)))

const shell = { stdin, stdout, stderr, env, cwd: process.cwd(), uid: process.getuid?.() ?? -1, signals: process }
// Not left to end by itself: a second signal must not wait for what is still open.
process.exit(await run(process.argv.slice(2), shell))
