import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Version of this package, from its package.json: one folder up in the source, two in the build. */
export function packageVersion(): string {
  const [file] = ['../package.json', '../../package.json']
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .filter((path) => existsSync(path))
  const { version } = JSON.parse(readFileSync(file!, 'utf8')) as { version: string }
  return version
}
