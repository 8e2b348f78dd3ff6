#!/usr/bin/env node
// The echo service: every libipc message comes back as it went in. Start here for a service of your own.
import { eachFrame } from './frames.ts'
import { listen } from './listen.ts'

await listen('pong', (socket) => {
  eachFrame(socket, (frame) => {
    if (!socket.write(frame)) socket.pause() // a client that does not read is not read from
  })
  socket.on('drain', () => socket.resume())
})
