#!/usr/bin/env node
// The time, one line of text a second. No framing but the line end, so `nc -U` reads it as well.
import type { Socket } from 'node:net'

import { listen } from './listen.ts'

const clients = new Set<Socket>()

const tell = (socket: Socket): void => void socket.write(`${new Date().toISOString()}\n`)

setInterval(() => {
  for (const socket of clients) if (!socket.writableNeedDrain) tell(socket) // who does not read misses some
}, 1000)

await listen('clock', (socket) => {
  clients.add(socket)
  socket.on('close', () => clients.delete(socket))
  socket.resume() // what clients say is ignored, but that they leave is not
  tell(socket)
})
