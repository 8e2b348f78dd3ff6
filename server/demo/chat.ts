#!/usr/bin/env node
// A room: every libipc message goes to everybody who is connected, its sender included.
import type { Socket } from 'node:net'

import { eachFrame } from './frames.ts'
import { listen } from './listen.ts'

const MAX_MESSAGE_BYTES = 64 * 1024
const MAX_QUEUED_BYTES = 1024 * 1024

const members = new Set<Socket>()

await listen('chat', (socket) => {
  members.add(socket)
  socket.on('close', () => members.delete(socket))
  eachFrame(socket, sendToAll, MAX_MESSAGE_BYTES)
})

function sendToAll(frame: Buffer): void {
  for (const member of members) {
    if (member.writableLength + frame.length <= MAX_QUEUED_BYTES) member.write(frame)
    else member.destroy() // does not read: the room must not wait, and must not store it all either
  }
}
