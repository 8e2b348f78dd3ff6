import { existsSync } from 'node:fs'
import { join } from 'node:path'

import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'

/** Addresses that the page makes itself: `/`, `/connections`, `/services/audio%2Fmy.player`. Never those of files. */
const PAGE_PATH = /^\/(?!(?:api|assets|downloads)(?:\/|$))([a-z0-9-]+(\/[\w.~!$&'()*+,;=:@%-]+)*\/?)?$/

/** Serves the built page: hashed files for ever, the rest asked for anew; no listing, no dot files, no source maps. */
export async function servePage(app: FastifyInstance, webRoot: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: webRoot,
    index: ['index.html'],
    list: false,
    redirect: false,
    dotfiles: 'ignore',
    cacheControl: false,
    allowedPath: (path) => !path.endsWith('.map'),
    setHeaders: (reply, path) => {
      reply.header('cache-control', cacheRule(path))
    },
  })
}

function cacheRule(path: string): string {
  if (/[\\/]assets[\\/]/.test(path)) return 'public, max-age=31536000, immutable'
  return path.endsWith('.html') ? 'no-store' : 'no-cache'
}

/** Whether a browser asks for one of the page's own addresses, which all are the same file. */
export function isPageAddress(method: string, url: string, accept: string | undefined): boolean {
  const path = url.split('?', 1)[0]!
  return (method === 'GET' || method === 'HEAD') && (accept ?? '').includes('text/html') && PAGE_PATH.test(path)
}

/** Sends the page, or says that it has not been built. */
export function sendPage(reply: FastifyReply, webRoot: string): FastifyReply {
  if (existsSync(join(webRoot, 'index.html'))) return reply.sendFile('index.html')
  return reply.code(503).type('text/plain; charset=utf-8').send('The page has not been built: run npm run build\n')
}
