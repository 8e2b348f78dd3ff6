import { follow } from '../live/follow.ts'
import type { LiveStore } from '../live/live-store.ts'
import type { SessionStore } from './session-store.ts'

/** Reads the live feed while somebody is signed in, and only then. @returns stops that */
export function followSession(session: SessionStore, live: LiveStore, read: typeof follow = follow): () => void {
  let stop: (() => void) | null = null

  const turn = () => {
    const wanted = session.getState().type === 'signed-in'
    if (wanted && stop === null) {
      live.setLink({ type: 'connecting' })
      stop = read(live)
    }
    if (!wanted && stop !== null) {
      stop()
      stop = null
      live.setLink({ type: 'signed-out' })
    }
  }
  let before = live.getState().link.type
  const note = () => {
    const { type } = live.getState().link
    if (type === before) return
    before = type
    if (type === 'lost') void session.check() // the feed ends with its session, too
    if (type === 'live') session.setBack()
  }
  const unsubscribe = [session.subscribe(turn), live.subscribe(note)]
  turn()
  return () => {
    for (const end of unsubscribe) end()
    stop?.()
  }
}
