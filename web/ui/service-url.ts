import { listenerUrl } from '../../shared/listener-url.ts'

/** Base URL of the first WebSocket listener that this browser can reach; null when there is none. */
export function reachableListener(listeners: readonly string[]): string | null {
  for (const listener of listeners) {
    const url = listenerUrl(listener, window.location.hostname)
    if (url !== null) return url
  }
  return null
}

/** `ws://127.0.0.1:8080` and `audio/pulse` to `ws://127.0.0.1:8080/audio/pulse`. Fit for a shell without quotes. */
export function serviceUrl(base: string, service: string): string {
  return `${base}/${service.split('/').map(escapePart).join('/')}`
}

function escapePart(part: string): string {
  return encodeURIComponent(part).replace(/[!'()*]/g, (c) => `%${c.codePointAt(0)!.toString(16).toUpperCase()}`)
}
