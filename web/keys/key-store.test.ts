// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { KeyStore } from './key-store.ts'

let store: KeyStore
let stop: () => void

beforeEach(() => {
  localStorage.clear()
  document.body.innerHTML = '<p id="text" tabindex="-1"></p><input id="field"><button id="button">b</button>'
  store = new KeyStore()
  stop = store.start()
})
afterEach(() => stop())

function press(key: string, on = 'text', more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more })
  document.getElementById(on)!.dispatchEvent(event)
  return event
}

describe('KeyStore', () => {
  it('does what was registered last, and again what was before when that is gone', () => {
    const first = vi.fn<() => void>()
    const second = vi.fn<() => void>()
    store.on('edit', first)
    const gone = store.on('edit', second)
    expect(press('e').defaultPrevented).toBe(true)
    gone()
    press('e')
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([1, 1])
  })

  it('leaves keys alone that nobody wants', () => {
    expect(press('e').defaultPrevented).toBe(false)
  })

  it('lets people type: only keys with Ctrl act in a field', () => {
    const edit = vi.fn<() => void>()
    const review = vi.fn<() => void>()
    store.on('edit', edit)
    store.on('review', review)
    press('e', 'field')
    press('s', 'field', { ctrlKey: true })
    expect([edit.mock.calls.length, review.mock.calls.length]).toEqual([0, 1])
  })

  it('does not act below an open dialog', () => {
    const edit = vi.fn<() => void>()
    store.on('edit', edit)
    document.body.insertAdjacentHTML('beforeend', '<div aria-modal="true"></div>')
    press('e')
    expect(edit).not.toHaveBeenCalled()
  })

  it('leaves Enter and Space to the button that has the focus', () => {
    const open = vi.fn<() => void>()
    const tick = vi.fn<() => void>()
    store.on('open', open)
    store.on('tick', tick)
    press('Enter', 'button')
    press(' ', 'button')
    expect(open).not.toHaveBeenCalled()
    expect(tick).not.toHaveBeenCalled()
    press('Enter')
    press(' ')
    expect([open.mock.calls.length, tick.mock.calls.length]).toEqual([1, 1])
  })

  it('goes to a page by g and its letter, and by nothing in between', () => {
    const go = vi.fn<() => void>()
    store.onPage({ key: 'c', title: 'Connections', go })
    press('c')
    press('g')
    press('x')
    press('c')
    expect(go).not.toHaveBeenCalled()
    press('g')
    press('c')
    expect(go).toHaveBeenCalledOnce()
  })

  it('switches off keys of one character, not the others', () => {
    const edit = vi.fn<() => void>()
    const undo = vi.fn<() => void>()
    store.on('edit', edit)
    store.on('undo', undo)
    store.change({ single: false, changed: {} })
    press('e')
    press('z', 'text', { ctrlKey: true })
    expect([edit.mock.calls.length, undo.mock.calls.length]).toEqual([0, 1])
  })

  it('takes other keys, and knows them in the next page', () => {
    store.change({ single: true, changed: { edit: 'Alt+E' } })
    const next = new KeyStore()
    const edit = vi.fn<() => void>()
    next.on('edit', edit)
    const end = next.start()
    press('e')
    expect(edit).not.toHaveBeenCalled()
    press('e', 'text', { altKey: true })
    end()
    expect(edit).toHaveBeenCalledOnce()
  })

  it.each([
    ['?', { shiftKey: true }, 'help'],
    ['ArrowUp', { altKey: true }, 'moveUp'],
    ['Z', { ctrlKey: true, shiftKey: true }, 'redo'],
    ['z', { metaKey: true }, 'undo'],
    [' ', { shiftKey: true }, 'tickRange'],
  ] as const)('knows %s %o as %s', (key, more, action) => {
    const handler = vi.fn<() => void>()
    store.on(action, handler)
    press(key, 'text', more)
    expect(handler).toHaveBeenCalledOnce()
  })
})
