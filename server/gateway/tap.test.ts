import { Buffer } from 'node:buffer'

import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'

import { DATA, type Message } from '../codecs/codec.ts'
import { codecNamed, codecs } from '../codecs/index.ts'
import { clientFrame, type ClientFrame, closePayload, cutAt } from '../testing/client-frames.ts'
import { fakeBridge } from '../testing/fake-port.ts'
import { clientMessages } from '../testing/lanes.ts'
import { viewNamed, views } from '../views/index.ts'
import { BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT } from '../websocket/frames.ts'
import { SHOWN_BYTES, type TapObserver, type TappedMessage } from './tapped.ts'

/** Keeps everything; its bounds are the test's. */
class Witness implements TapObserver {
  readonly seen: TappedMessage[] = []
  missedCount = 0
  endings = 0

  message(message: TappedMessage): void {
    this.seen.push(message)
  }

  missed(): void {
    this.missedCount++
  }

  ended(): void {
    this.endings++
  }

  data(direction: 'up' | 'down'): TappedMessage[] {
    return this.seen.filter((each) => each.direction === direction && (each.kind === 'text' || each.kind === 'binary'))
  }
}

const raw = codecNamed('raw')
const line = codecNamed('line')
const libipc = codecNamed('libipc')
const payload = viewNamed('payload')
const binary = (bytes: string | Uint8Array) => clientFrame({ opcode: BINARY, payload: Buffer.from(bytes as string) })

/** Messages that any codec can carry and any view can show; types where the framing has them. */
const message = fc
  .tuple(
    fc.oneof(
      { weight: 4, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }) },
      { weight: 1, arbitrary: fc.string({ minLength: 100, maxLength: 600 }) },
    ),
    fc.integer({ min: 0, max: 255 }),
  )
  .map(([text, utype]) => ({ utype, payload: Buffer.from(text.replaceAll('\n', ' ')) }))

/** One step of a connection's life: somebody comes or goes, or bytes arrive from either side. */
type Step = 'attach' | 'detach' | { readonly from: 'client' | 'service'; readonly bytes: Uint8Array }

/** Puts the pieces of both directions in some order, and observers' comings and goings between them. */
function interleave(up: readonly Uint8Array[], down: readonly Uint8Array[], order: readonly number[]): Step[] {
  const steps: Step[] = []
  let [i, j] = [0, 0]
  for (let k = 0; i < up.length || j < down.length; k++) {
    const die = order[k % order.length]! + (k >= order.length ? k : 0)
    if (die % 7 === 0) steps.push(die % 2 === 0 ? 'attach' : 'detach')
    if ((die % 3 > 0 && i < up.length) || j === down.length) steps.push({ from: 'client', bytes: up[i++]! })
    else steps.push({ from: 'service', bytes: down[j++]! })
  }
  return steps
}

/** Where messages of one direction begin and end in its bytes. */
interface Extent {
  readonly from: number
  readonly to: number
  readonly text: boolean
  readonly data: Buffer
  readonly message: Message
}

const cuts = fc.oneof(fc.constant<number[]>([]), fc.array(fc.nat(700), { maxLength: 3 }))
const splits = fc.oneof(
  fc.constant<number[]>([]),
  fc.array(fc.nat(6000), { maxLength: 12 }),
  fc.constant(Array.from({ length: 3000 }, (_, i) => i)),
)
const pairs = codecs.flatMap((codec) => views.map((view) => [codec.name, view.name, codec, view] as const))

describe.each(pairs)('%s as %s', (_codec, _view, codec, view) => {
  const typed = codec === libipc
  const hidesTypes = view === payload

  test('shows what was sent and received, from any point to any other, and changes nothing', () => {
    const life = fc.record({
      sent: fc.array(fc.tuple(message, cuts), { maxLength: 8 }),
      got: fc.array(message, { maxLength: 8 }),
      upSplits: splits,
      downSplits: splits,
      order: fc.array(fc.nat(1000), { minLength: 1, maxLength: 40 }),
      memory: fc.constantFrom('own' as const, 'shared' as const),
      text: fc.boolean(),
      // As the port of a compressed client brings them.
      key: fc.constantFrom(undefined, new Uint8Array(4)),
    })
    fc.assert(
      fc.property(life, ({ sent, got, upSplits, downSplits, order, memory, text, key }) => {
        const sendsText = view.sends === 'text'
        let upBytes: Buffer = Buffer.alloc(0)
        const extents: Extent[] = sent.map(([{ utype, payload: bytes }, places], n) => {
          const each: Message = { type: DATA, utype: typed && !hidesTypes ? utype : 0, payload: bytes }
          const shown = view.encode(each, codec)
          const isText = sendsText || (view === payload && n % 2 === 0)
          const pieces = places.length === 0 ? [shown] : cutAt(shown, places)
          const frames = pieces.map((piece, i): ClientFrame => {
            const opcode = i > 0 ? CONTINUATION : isText ? TEXT : BINARY
            return { opcode, payload: piece, fin: i === pieces.length - 1, ...(key && { key, form: 64 }) }
          })
          const from = upBytes.length
          upBytes = Buffer.concat([upBytes, ...frames.map((frame) => clientFrame(frame))])
          return { from, to: upBytes.length, text: isText, data: shown, message: each }
        })
        const downMessages = got.map(({ utype, payload: bytes }): Message => ({
          type: DATA,
          utype: typed ? utype : 0,
          payload: bytes,
        }))
        const downBytes = Buffer.concat(downMessages.map((each) => codec.frame(each)))
        const steps = interleave(cutAt(upBytes, upSplits), cutAt(downBytes, downSplits), order)

        const tapped = fakeBridge({ codec, view, text })
        const plain = fakeBridge({ codec, view, text })
        let witness: {
          stop: () => void
          all: Witness
          upFrom: number
          clientFrom: number
          fromBorder: boolean
        } | null = null
        let upAt = 0
        let downAt = 0
        const borders = new Set([
          0,
          ...downMessages.map(
            (_, n) => Buffer.concat(downMessages.slice(0, n + 1).map((each) => codec.frame(each))).length,
          ),
        ])
        const received = () => clientMessages(plain.client.bytes)

        /** Compares what was seen since the observer came with what passed meanwhile. */
        const leave = (): void => {
          if (!witness) return
          witness.stop()
          const { all, upFrom, clientFrom, fromBorder } = witness
          const wanted = extents.filter(({ to }) => to > upFrom && to <= upAt)
          const up = all.data('up')
          expect(up.map(({ kind }) => kind)).toEqual(wanted.map((each) => (each.text ? 'text' : 'binary')))
          up.forEach(({ payload: bytes, length, partial, mtype, utype }, n) => {
            const { data, from, message: whole } = wanted[n]!
            expect(length).toBe(bytes.length)
            // A head that came in two pieces counts where it was complete.
            if (from >= upFrom) expect(partial).toBe(false)
            if (partial) expect(data.subarray(data.length - length).equals(bytes)).toBe(true)
            else expect(bytes.equals(data)).toBe(true)
            const types = typed && !partial ? [whole.type, whole.utype] : [undefined, undefined]
            expect([mtype, utype]).toEqual(types)
          })

          const passed = received().slice(clientFrom)
          const down = all.data('down')
          expect(down.map(({ kind }) => kind)).toEqual(passed.map((each) => (each.text ? 'text' : 'binary')))
          down.forEach(({ payload: bytes, length, partial, mtype, utype }, n) => {
            const { data } = passed[n]!
            expect(length).toBe(bytes.length)
            if (n > 0) expect(partial).toBe(false)
            if (partial) expect(data.subarray(data.length - length).equals(bytes)).toBe(true)
            else expect(bytes.equals(data)).toBe(true)
            if (!typed) expect([mtype, utype]).toEqual([undefined, undefined])
            // Known from the first chunk on that begins between two messages.
            else if (fromBorder) expect(mtype).not.toBe(undefined)
            const { type, utype: sentType } = downMessages[clientFrom + n] ?? {}
            if (mtype !== undefined) expect([mtype, utype]).toEqual([type, sentType])
          })
          expect([all.missedCount, all.endings]).toEqual([0, 0])
          witness = null
        }

        for (const step of steps) {
          if (step === 'attach') {
            if (witness) continue
            const all = new Witness()
            const stop = tapped.bridge.tap(all)!
            witness = { stop, all, upFrom: upAt, clientFrom: received().length, fromBorder: borders.has(downAt) }
          } else if (step === 'detach') leave()
          else {
            for (const { client, service } of [tapped, plain]) {
              ;(step.from === 'client' ? client : service).say(Buffer.from(step.bytes), memory)
            }
            if (step.from === 'client') upAt += step.bytes.length
            else downAt += step.bytes.length
          }
        }
        leave()
        expect(tapped.service.writes).toEqual(plain.service.writes)
        expect(tapped.client.writes).toEqual(plain.client.writes)
        expect(tapped.bridge.counters).toEqual(plain.bridge.counters)
        expect(tapped.bridge.ending).toBe(null)
        if (upBytes.length > 0) expect(upAt).toBe(upBytes.length)
      }),
      { numRuns: 60 },
    )
  })
})

describe('types of libipc', () => {
  const message7: Message = { type: 1, utype: 7, payload: Buffer.from('typed') }

  test.each(['payload', 'json', 'cbor', 'packet'])('are shown from the service, whatever the view: %s', (name) => {
    const { bridge, service } = fakeBridge({ codec: libipc, view: viewNamed(name) })
    const witness = new Witness()
    bridge.tap(witness)
    service.say(Buffer.concat([libipc.frame(message7), libipc.frame({ ...message7, type: 2, utype: 8 })]))
    expect(witness.seen.map(({ mtype, utype }) => [mtype, utype])).toEqual([
      [1, 7],
      [2, 8],
    ])
  })

  test('are shown again from the first frame that was seen whole', () => {
    const { bridge, service } = fakeBridge({ codec: libipc, view: payload })
    const bytes = libipc.frame({ ...message7, payload: libipc.frame({ ...message7, type: 3 }) })
    service.say(bytes.subarray(0, 6))
    const witness = new Witness()
    bridge.tap(witness)
    service.say(bytes.subarray(6)) // looks like a frame
    service.say(bytes)
    expect(witness.seen.map(({ mtype }) => mtype)).toEqual([undefined, 1])
  })
})

describe('control frames', () => {
  test('are shown both ways, in their place', () => {
    const { bridge, client } = fakeBridge({ codec: line, view: payload })
    const witness = new Witness()
    bridge.tap(witness)
    client.say(
      Buffer.concat([
        binary('one'),
        clientFrame({ opcode: PING, payload: Buffer.from('there?') }),
        clientFrame({ opcode: PONG, payload: Buffer.from('unasked') }),
        binary('two'),
        clientFrame({ opcode: CLOSE, payload: closePayload(3001, 'enough') }),
      ]),
    )
    expect(witness.seen.map((each) => [each.direction, each.kind, each.payload.toString('latin1')])).toEqual([
      ['up', 'binary', 'one'],
      ['up', 'ping', 'there?'],
      ['down', 'pong', 'there?'],
      ['up', 'pong', 'unasked'],
      ['up', 'binary', 'two'],
      ['up', 'close', '\x0b\xb9enough'],
      ['down', 'close', '\x0b\xb9'],
    ])
    expect(witness.seen[5]).toMatchObject({ code: 3001, reason: 'enough', length: 8, partial: false })
    expect(witness.endings).toBe(1)
  })

  test('a close without a code is 1005', () => {
    const { bridge, client } = fakeBridge({ codec: raw, view: payload })
    const witness = new Witness()
    bridge.tap(witness)
    client.say(clientFrame({ opcode: CLOSE }))
    expect(witness.seen[0]).toMatchObject({ direction: 'up', kind: 'close', code: 1005, length: 0 })
    expect(witness.seen[0]).not.toHaveProperty('reason')
  })

  test('our pings and our close are shown', () => {
    const { bridge } = fakeBridge({ codec: raw, view: payload, limits: { timerMs: 1 } })
    const witness = new Witness()
    bridge.tap(witness)
    bridge.sweep(performance.now() + 10)
    bridge.fail('killed', 'enough of this')
    expect(witness.seen.map(({ kind, direction }) => [kind, direction])).toEqual([
      ['ping', 'down'],
      ['close', 'down'],
    ])
    expect(witness.seen[1]).toMatchObject({ code: 4410, reason: 'enough of this' })
  })
})

test('the message that ends a connection is shown before its end', () => {
  const { bridge, client } = fakeBridge({ codec: line, view: payload })
  const witness = new Witness()
  bridge.tap(witness)
  client.say(Buffer.concat([binary('good'), binary('two\nlines'), binary('never read')]))
  expect(witness.seen.map(({ kind, payload: bytes }) => [kind, bytes.toString().slice(-9)])).toEqual([
    ['binary', 'good'],
    ['binary', 'two\nlines'],
    ['close', expect.any(String)],
  ])
  expect([witness.endings, bridge.tap(witness)]).toEqual([1, null])
})

test('of a long message only the first bytes are copied, its length is told', () => {
  const { bridge, client, service } = fakeBridge({ codec: codecNamed('length32'), view: payload })
  const witness = new Witness()
  bridge.tap(witness)
  const long = Buffer.alloc(300_000, 'abcdefghij')
  for (const piece of cutAt(binary(long), [65_536, 131_072, 196_608, 262_144])) client.say(piece, 'own')
  const frame = codecNamed('length32').frame({ type: DATA, utype: 0, payload: long })
  for (const piece of cutAt(frame, [65_536, 131_072, 196_608, 262_144])) service.say(piece, 'own')
  expect(witness.seen.map(({ direction, length }) => [direction, length])).toEqual([
    ['up', 300_000],
    ['down', 300_000],
  ])
  for (const { payload: shown } of witness.seen) {
    expect(shown.equals(long.subarray(0, SHOWN_BYTES))).toBe(true)
    expect(shown.buffer.byteLength).toBe(SHOWN_BYTES)
  }
})

test('more messages than people read are counted, not copied; the next second shows them again', () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_700_000_000_000 })
  try {
    const { bridge, client } = fakeBridge({ codec: raw, view: payload })
    const witness = new Witness()
    bridge.tap(witness)
    const thousand = Buffer.concat(Array.from({ length: 1000 }, () => binary('x')))
    for (let i = 0; i < 15; i++) client.say(thousand)
    expect([witness.seen.length, witness.missedCount]).toEqual([10_000, 5000])
    vi.setSystemTime(1_700_000_001_000)
    client.say(thousand)
    expect([witness.seen.length, witness.missedCount]).toEqual([11_000, 5000])
    expect(bridge.counters.upMessages).toBe(16_000)

    vi.setSystemTime(1_700_000_002_000)
    const large = binary(Buffer.alloc(SHOWN_BYTES - 20))
    for (let i = 0; i < 600; i++) client.say(large, 'own')
    expect(witness.seen.length - 11_000).toBeLessThan(520)
    expect(witness.missedCount - 5000).toBeGreaterThan(80)
  } finally {
    vi.useRealTimers()
  }
})

describe('observers', () => {
  test('all see the same; who stops or throws sees no more, and nothing else changes', () => {
    const { bridge, client, service } = fakeBridge({ codec: line, view: payload })
    const [first, second] = [new Witness(), new Witness()]
    const faulty = new Witness()
    faulty.message = () => {
      throw new Error('an observer that is broken')
    }
    bridge.tap(faulty)
    const stop = bridge.tap(first)!
    bridge.tap(second)
    client.say(binary('one'))
    stop()
    stop()
    client.say(binary('two'))
    bridge.end({ code: 'killed', close: 4410, message: '', reason: '' })
    const texts = ({ seen }: Witness) =>
      seen.map(({ kind, payload: bytes }) => (kind === 'close' ? kind : String(bytes)))
    expect([texts(first), texts(second)]).toEqual([['one'], ['one', 'two', 'close']])
    expect([first.endings, second.endings, faulty.endings]).toEqual([0, 1, 1])
    expect(first.seen[0]).toBe(second.seen[0])
    expect(service.bytes.toString()).toBe('one\ntwo\n')
  })

  test('one that comes or goes inside a chunk disturbs neither the lane nor itself', () => {
    const { bridge, client, service } = fakeBridge({ codec: line, view: payload })
    const late = new Witness()
    const early = new Witness()
    early.message = (each) => {
      early.seen.push(each)
      if (early.seen.length === 2) stop!()
      if (early.seen.length === 1) bridge.tap(late)
    }
    const stop = bridge.tap(early)
    client.say(Buffer.concat(['a', 'b', 'c'].map(binary)))
    expect(early.seen.map((each) => String(each.payload))).toEqual(['a', 'b'])
    // It joined the tap that was there already, so it goes on within the chunk.
    expect(late.seen.map((each) => String(each.payload))).toEqual(['a', 'b', 'c'])
    expect(service.bytes.toString()).toBe('a\nb\nc\n')
  })

  test('a tap begun anew inside a chunk shows what begins in the next', () => {
    const { bridge, client, service } = fakeBridge({ codec: line, view: payload })
    const late = new Witness()
    const early = new Witness()
    early.message = () => {
      stop!()
      bridge.tap(late)
    }
    const stop = bridge.tap(early)
    client.say(Buffer.concat([binary('a'), binary('b'), binary('cd').subarray(0, -1)]))
    client.say(Buffer.concat([binary('cd').subarray(-1), binary('e')]))
    // The mask of the last piece is found by the reader as ever.
    expect(service.bytes.toString()).toBe('a\nb\ncd\ne\n')
    expect(late.seen.map((each) => [String(each.payload), each.partial])).toEqual([
      ['d', true],
      ['e', false],
    ])
  })
})
