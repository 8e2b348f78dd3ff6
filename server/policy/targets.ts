import { realpathSync } from 'node:fs'
import { basename, dirname, join, normalize } from 'node:path'

import { inRange, parseAddress, parseRange } from '../../shared/policy/address.ts'
import { parseRedirectTarget } from '../../shared/policy/target.ts'
import type { TargetKnowledge } from './draft.ts'

interface Sources {
  readonly services: {
    list(): readonly { readonly name: string }[]
    uriOf(name: string): string
  }
  /** URIs of our own listeners and of the admin side, as they are bound. */
  readonly ownUris: () => readonly string[]
  /** Directory of `admin.sock`: whoever could be sent there would be the gateway's own user to it. */
  readonly dataDir: string
}

/** Where cloud machines keep their credentials, and nothing that anybody would bridge to (SECURITY T26). */
const LINK_LOCAL = [parseRange('169.254.0.0/16'), parseRange('fe80::/10')]
const LOOPBACK = [parseRange('127.0.0.0/8'), parseRange('::1')]

/** What is known of where redirects may lead. */
export function targetKnowledge({ services, ownUris, dataDir }: Sources): TargetKnowledge {
  return {
    uriOf: (name) => services.uriOf(name),
    exists: (name) => services.list().some((service) => service.name === name),
    refused(uri) {
      const target = parseRedirectTarget(uri)
      if (target.kind === 'path') {
        const own = `${realPath(target.uri.slice('unix:'.length))}/`.startsWith(`${realPath(dataDir)}/`)
        return own ? `${uri} is in the directory of the gateway itself, where nothing is sent to` : null
      }
      if (target.kind !== 'remote') return null
      const address = parseAddress(target.host)
      if (address !== null && LINK_LOCAL.some((range) => inRange(address, range))) {
        return `${uri} is a link-local address, which nothing is sent to`
      }
      const here =
        target.host === 'localhost' || (address !== null && LOOPBACK.some((range) => inRange(address, range)))
      const own = here && ownUris().some((own) => Number(new URL(own).port) === target.port)
      return own ? `${uri} is the gateway itself: it would go round in a circle` : null
    },
  }
}

/** Where a path leads, also when nothing is there (yet). */
function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    const parent = dirname(path)
    return parent === path ? normalize(path) : join(realPath(parent), basename(path))
  }
}
