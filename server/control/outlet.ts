/** An event as it goes out, the same for all who read it. */
export interface EventText {
  /** Numbers only grow; a reader that comes back names the last one that it has. */
  readonly seq: number
  readonly type: string
  readonly json: string
}

/** By what a reader is sent events. Whoever opened it has given it away: `end` or the peer closes it. */
export interface Outlet {
  /** Bytes that the peer has not taken yet. */
  readonly waiting: number
  send(event: EventText): void
  /** Shows that we live, and looks whether the peer does. */
  beat(): void
  /** Sends what waits, then closes. */
  end(why: EndOfStream): void
  /** Closes it at once. */
  destroy(): void
  /** Calls back when what waited has gone, and once it is closed. Called once, before anything is sent. */
  listen(on: Hearer): void
}

export interface Hearer {
  drained(): void
  closed(): void
}

/** `closing`: the listener closes; `revoked`: the reader may no longer read; `over`: there will never be more. */
export type EndOfStream = 'closing' | 'revoked' | 'over'
