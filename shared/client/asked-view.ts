import { viewNames } from './views.ts'
import type { ViewName } from './views.ts'

/**
 * The view that the gateway will speak for this address and these sub-protocols (CONTRACT 4), by the same weight:
 * `sockgate.json`, then `?view=json`, then the suffix `.JSON` or `.CBOR`. `payload` when none is asked for, also when
 * the address is no URL or asks for a view that does not exist: both are refused later, in words.
 */
export function askedView(url: string, protocols: readonly string[]): ViewName {
  const { pathname, searchParams } = new URL(URL.canParse(url) ? url : 'ws://nowhere')
  const asked = byProtocol(protocols) ?? searchParams.get('view')?.toLowerCase() ?? bySuffix(pathname)
  return viewNames.find((name) => name === asked) ?? 'payload'
}

function byProtocol(protocols: readonly string[]): string | undefined {
  const ours = protocols.find((name) => name.startsWith('sockgate.') && !name.startsWith('sockgate.bearer.'))
  return ours?.slice('sockgate.'.length)
}

/** Upper case only, so that `data.json` stays a name. */
function bySuffix(path: string): string | undefined {
  try {
    return /\.(JSON|CBOR)$/.exec(decodeURIComponent(path))?.[1]!.toLowerCase()
  } catch {
    return undefined // the gateway refuses it
  }
}
