import type { PolicyState } from '../../shared/api.ts'

/** The part of the policy that the live feed tells of: a version that goes up when a test says so. */
export class FakePolicy {
  readonly #subscribers = new Set<() => void>()
  #version = 1

  state(): PolicyState {
    const current = { version: this.#version, at: 1, author: 'anna', comment: '', kind: 'edit' } as const
    return { current, pending: null, fixed: { redirects: [], rules: [] }, managed: null, drafts: [] }
  }

  onChange(changed: () => void): () => void {
    this.#subscribers.add(changed)
    return () => this.#subscribers.delete(changed)
  }

  get subscribers(): number {
    return this.#subscribers.size
  }

  commit(): void {
    this.#version++
    for (const changed of this.#subscribers) changed()
  }
}
