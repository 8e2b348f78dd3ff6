import type { Socket } from 'node:net'

/** Counts the sockets of one listener that are not let in yet. */
export class AtDoor {
  readonly #counted: (change: 1 | -1) => void
  readonly #here = new WeakSet<Socket>()

  /** @param counted called when a socket is taken in, and when it is let in or gone */
  constructor(counted: (change: 1 | -1) => void) {
    this.#counted = counted
  }

  enter(socket: Socket): void {
    this.#counted(1)
    this.#add(socket)
  }

  /** The same client has another socket from now on: TLS is agreed on. */
  goesOn(before: Socket, socket: Socket): void {
    if (this.#here.delete(before)) this.#add(socket)
  }

  /** Does nothing for one that has left already. */
  leave(socket: Socket): void {
    if (this.#here.delete(socket)) this.#counted(-1)
  }

  #add(socket: Socket): void {
    this.#here.add(socket)
    socket.once('close', () => this.leave(socket))
  }
}
