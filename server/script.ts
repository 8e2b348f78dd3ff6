import { createRequire } from 'node:module'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/**
 * What to hand `process.execPath` so that it runs the script `name` (without extension) that lies beside `caller`, an
 * `import.meta.url`: the compiled file from the build, the source with its loader while developing.
 */
export function scriptArgs(caller: string, name: string): string[] {
  const here = fileURLToPath(caller)
  const file = join(dirname(here), name + extname(here))
  if (extname(here) !== '.ts') return [file]
  return ['--import', pathToFileURL(createRequire(here).resolve('tsx')).href, file]
}
