import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { run } from '../cli/run.ts'
import { fixedRules, ruleLine } from '../config/rule-line.ts'
import { Gate } from './gate.ts'
import { TestShell } from './shell.ts'

export interface CliResult {
  readonly status: number
  readonly out: string
  readonly err: string
}

/** How a command is run: defaults are a pipe that holds nothing, and the socket in the data directory. */
export interface CliSurroundings {
  readonly terminal?: { readonly columns: number; readonly rows: number }
  readonly piped?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Commands against a real gateway with a service `pong`, and two rules that no edit reaches. */
export class CliRig {
  readonly gate: Gate
  readonly #dir: string

  private constructor(gate: Gate, dir: string) {
    this.gate = gate
    this.#dir = dir
  }

  static async start(): Promise<CliRig> {
    const dir = mkdtempSync(join(tmpdir(), 'sockgate-cli-'))
    const fixed = ['redirect old pong', 'deny in pong 203.0.113.0/24'].map((line) => ruleLine.read(line, dir))
    const gate = await Gate.start({ admin: { host: '127.0.0.1', port: 0 }, rules: fixedRules(fixed) })
    await gate.service('pong', 'echo')
    return new CliRig(gate, dir)
  }

  /** Rules `home` and `others`, no redirect, no test. */
  async reset(): Promise<void> {
    await this.gate.api('POST', '/policy/import', {
      text: 'allow in * loopback id=home # this machine\ndeny in * * id=others',
    })
  }

  /** Runs a command in the rig's own directory; `--data` is added unless a URL is set. */
  async run(args: readonly string[], { terminal, piped = '', env = {} }: CliSurroundings = {}): Promise<CliResult> {
    const shell = new TestShell(terminal ?? null)
    Object.assign(shell.env, env)
    shell.stdin.piped = piped
    shell.cwd = this.#dir
    const where = env['SOCKGATE_URL'] === undefined && args[1] !== 'check' ? ['--data', this.gate.dataDir] : []
    const status = await run([...args, ...where], shell)
    return { status, out: shell.stdout.text, err: shell.stderr.text }
  }

  /** The lines of the policy, without its defaults. */
  async lines(): Promise<string[]> {
    const { out } = await this.run(['rules', 'export'])
    return out.split('\n').filter((line) => /^(allow|deny|log|redirect|test)/.test(line))
  }

  /** Writes a file for commands to read. @returns its name */
  file(name: string, text: string): string {
    writeFileSync(join(this.#dir, name), text)
    return name
  }

  async close(): Promise<void> {
    await this.gate.close()
    rmSync(this.#dir, { recursive: true, force: true })
  }
}
