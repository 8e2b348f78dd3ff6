import { chmodSync, unlinkSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

import type { FastifyInstance } from 'fastify'

import { clearStaleSocket } from '../transports/stale-socket.ts'

/** Where the admin side can be reached. */
export interface AdminListeners {
  /** URL of the page; null when it has no address of its own. */
  readonly url: string | null
  /** What browsers send as the origin of that page. */
  readonly origins: readonly string[]
  close(): Promise<void>
}

/**
 * Opens the admin side twice: on `admin.sock` in the data dir, for the commands of this user, and on the address where
 * browsers find the page, if there is one.
 * @param build makes an instance for each; `local`: the one for the socket
 * @throws Error when either can't be had; nothing stays open then
 */
export async function listenAdmin(
  build: (local: boolean) => Promise<FastifyInstance>,
  { data, admin }: { readonly data: string; readonly admin: { readonly host: string; readonly port: number } | null },
): Promise<AdminListeners> {
  const path = join(data, 'admin.sock')
  await clearStaleSocket(path)
  const local = await build(true)
  const page = admin && (await build(false))
  const close = async (): Promise<void> => {
    await page?.close()
    await local.close()
    removeQuietly(path)
  }
  try {
    await local.listen({ path })
    chmodSync(path, 0o600)
    if (!page) return { url: null, origins: [], close }
    await page.listen({ ...admin }) // Fastify writes into it
  } catch (error) {
    await close()
    throw error
  }
  const { port } = page.server.address() as AddressInfo
  const host = admin.host.includes(':') ? `[${admin.host}]` : admin.host
  const origins = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `http://${name}:${port}`)
  return { url: `http://${host}:${port}/`, origins, close }
}

function removeQuietly(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // the listener has done it
  }
}
