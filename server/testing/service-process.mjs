// The service side of a test, in a process of its own: does what it is told over the IPC channel and reports what it saw.
import { createServer } from 'node:net'

const [path, behaviour, backlog] = process.argv.slice(2)
const sockets = new Map()
const BLOCK = Buffer.alloc(65_536, 0x2e)
let count = 0

const say = (message) => {
  if (process.connected) process.send(message)
}

const server = createServer({ allowHalfOpen: true, pauseOnConnect: behaviour === 'manual' }, (socket) => {
  const id = ++count
  sockets.set(id, socket)
  socket.on('error', () => {})
  socket.on('end', () => {
    say({ id, say: 'ended' })
    socket.end()
  })
  socket.on('close', () => {
    sockets.delete(id)
    say({ id, say: 'closed' })
  })
  if (behaviour === 'slam') socket.destroy()
  if (behaviour === 'echo') socket.pipe(socket)
  else socket.on('data', (bytes) => say({ id, say: 'data', bytes }))
  if (behaviour === 'manual') socket.pause()
  say({ id, say: 'open' })
})

/** Writes `left` bytes of filler as fast as they are taken. */
function flood(socket, left, done) {
  while (left > 0 && !socket.destroyed) {
    const block = BLOCK.subarray(0, Math.min(left, BLOCK.length))
    left -= block.length
    if (!socket.write(block)) {
      socket.once('drain', () => flood(socket, left, done))
      return
    }
  }
  done()
}

process.on('message', ({ id, order, bytes, size, ask }) => {
  const socket = sockets.get(id)
  if (order === 'crash') {
    // The bytes are in the kernel when the callback runs; nothing else may happen in between.
    const writes = bytes.map(
      ([to, part]) => new Promise((resolve) => (part.length > 0 ? sockets.get(to).write(part, resolve) : resolve())),
    )
    void Promise.all(writes).then(() => process.kill(process.pid, 'SIGKILL'))
  }
  if (!socket) {
    say({ ask, say: 'answer', taken: 0, gone: true })
    return
  }
  if (order === 'write') socket.write(bytes, () => say({ ask, say: 'answer' }))
  if (order === 'flood') flood(socket, size, () => say({ id, say: 'flooded' }))
  if (order === 'end') socket.end()
  if (order === 'reset') socket.destroy()
  if (order === 'read') socket.resume()
  if (order === 'taken') say({ ask, say: 'answer', taken: socket.bytesWritten - socket.writableLength })
})
process.on('disconnect', () => process.exit())
server.listen({ path, backlog: Number(backlog) }, () => say({ say: 'listening' }))
