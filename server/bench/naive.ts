// The bridge one would write by hand: `ws` in front of net.connect(), nothing else. What the gateway is measured against.
//   node naive.js PORT SOCKET raw|prefixed
import { createServer } from 'node:http'
import { connect } from 'node:net'
import type { Socket } from 'node:net'

import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'

const [port, path, framing] = process.argv.slice(2)
const server = createServer()
const sockets = new WebSocketServer({ server, perMessageDeflate: false })

sockets.on('connection', (client) => {
  const service = connect(path!)
  client.on('error', () => {})
  service.on('error', () => client.terminate())
  service.on('close', () => client.close())
  client.on('close', () => service.end())
  if (framing === 'prefixed') bridgePrefixed(client, service)
  else bridgeRaw(client, service)
})

function bridgeRaw(client: WebSocket, service: Socket): void {
  client.on('message', (data: Buffer) => service.write(data))
  service.on('data', (data) => client.send(data))
}

function bridgePrefixed(client: WebSocket, service: Socket): void {
  client.on('message', (data: Buffer) => {
    const head = Buffer.alloc(4)
    head.writeUInt32BE(data.length)
    service.write(head)
    service.write(data)
  })
  let rest: Buffer = Buffer.alloc(0)
  service.on('data', (data: Buffer) => {
    rest = rest.length > 0 ? Buffer.concat([rest, data]) : data
    while (rest.length >= 4) {
      const end = 4 + rest.readUInt32BE()
      if (rest.length < end) break
      client.send(rest.subarray(4, end))
      rest = rest.subarray(end)
    }
  })
}

server.listen(Number(port), '127.0.0.1')
