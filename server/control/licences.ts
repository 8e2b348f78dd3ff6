import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

import type { SettingsAnswer } from '../../shared/dashboard.ts'

type Licences = SettingsAnswer['about']['licences']

interface Manifest {
  readonly name?: string
  readonly version?: string
  readonly license?: string
  readonly dependencies?: Readonly<Record<string, string>>
}

/** Most that are told. */
const SHOWN = 200

/** Read once. */
let known: Licences | null = null

/** The packages that run here with their versions and licences, by name; those that can't be found are left out. */
export function licences(): Licences {
  known ??= readLicences()
  return known
}

function readLicences(): Licences {
  const found = new Map<string, Licences[number]>()
  const own = ownManifest()
  const waiting = Object.keys(own?.dependencies ?? {}).map((name) => ({ name, from: import.meta.url }))
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const manifest = manifestOf(next.name, next.from)
    const { name, version = '', license = '' } = manifest?.manifest ?? {}
    if (manifest === null || name === undefined || found.has(`${name} ${version}`)) continue
    found.set(`${name} ${version}`, { name, version, licence: license })
    for (const child of Object.keys(manifest.manifest.dependencies ?? {})) {
      waiting.push({ name: child, from: manifest.path })
    }
  }
  return [...found.values()].toSorted((a, b) => a.name.localeCompare(b.name)).slice(0, SHOWN)
}

/** One folder up from `server` in the source, two in the build. */
function ownManifest(): Manifest | null {
  for (const path of ['../../package.json', '../../../package.json']) {
    const manifest = read(new URL(path, import.meta.url).pathname)
    if (manifest?.name === 'sockgate') return manifest
  }
  return null
}

/** Where Node would find a package, asked from a file; packages need not export their manifest. */
function manifestOf(name: string, from: string): { path: string; manifest: Manifest } | null {
  for (const dir of createRequire(from).resolve.paths(name) ?? []) {
    const path = join(dir, name, 'package.json')
    const manifest = read(path)
    if (manifest !== null) return { path: join(dirname(path), 'index.js'), manifest }
  }
  return null
}

function read(path: string): Manifest | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Manifest
  } catch {
    return null
  }
}
