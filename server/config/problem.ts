/** One thing that is wrong, and where: `--timer`, `IPC_RUNDIR` or `sockgate.yaml:3:8` (line and column from 1). */
export interface Problem {
  readonly where: string
  /** A sentence: what was wrong and what is expected. */
  readonly message: string
}

/** Most problems that are told at once; more help nobody. */
const TOLD = 20

/** Options or a configuration file that cannot be used: everything that is wrong with them. The program exits with 2. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    const lines = problems.slice(0, TOLD).map(({ where, message }) => `${where}: ${message}`)
    if (problems.length > TOLD) lines.push(`and ${problems.length - TOLD} more`)
    super(lines.join('\n'))
    this.problems = problems
  }
}

/** A value that is not what its option takes; the message is a sentence without the option's name. */
export class ValueError extends Error {
  override readonly name = 'ValueError'
}
