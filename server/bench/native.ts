import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Paths of the programs in C: what makes the load, what answers it, and the yardstick between them. */
export interface NativeTools {
  readonly loadgen: string
  readonly echo: string
  readonly bridge: string
}

/** The folder that holds package.json, found from a file inside it, compiled or not. @throws Error outside a clone */
export function repositoryRoot(file: string): string {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder
    if (folder === dirname(folder)) throw new Error(`${file} is not inside a clone of the repository`)
  }
}

/**
 * Compiles what is missing or older than its source, into `dist/bench`. The compiler is `$CC`, or `cc`.
 * @throws Error with what to install when there is none
 */
export function buildNativeTools(root: string): NativeTools {
  const sources = join(root, 'server', 'bench', 'native')
  const folder = join(root, 'dist', 'bench')
  mkdirSync(folder, { recursive: true })
  const build = (name: string): string => {
    const program = join(folder, name)
    const source = join(sources, `${name}.c`)
    const newest = Math.max(changedAt(source), changedAt(join(sources, 'common.h')))
    if (!existsSync(program) || changedAt(program) < newest) compile(source, program)
    return program
  }
  return { loadgen: build('loadgen'), echo: build('echo'), bridge: build('bridge') }
}

const changedAt = (file: string): number => statSync(file).mtimeMs

function compile(source: string, program: string): void {
  const compiler = process.env['CC'] ?? 'cc'
  try {
    execFileSync(compiler, ['-O2', '-ftree-vectorize', '-Wall', '-o', program, source], { stdio: 'inherit' })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new Error(`No C compiler: ${compiler} is not installed. Install gcc or clang, or name one in CC.`, {
        cause: error,
      })
    }
    throw new Error(`${compiler} could not compile ${source}; its messages are above.`, { cause: error })
  }
}
