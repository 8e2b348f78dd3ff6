import type { GateError } from '../../shared/causes.ts'
import { BarrierSender } from './barrier.ts'
import type { Port } from './port.ts'

/**
 * A port whose writes arrive at the service one read each (PROTOCOLS 0.1). `afterWrites` may only be asked for while
 * more than `highWaterBytes` wait. Ends with the port.
 */
export function keepApart(port: Port, highWaterBytes: number, onError: (error: GateError) => void) {
  let drained = (): void => {}
  const sender = new BarrierSender(port.socket, { highWaterBytes, onDrain: () => drained(), onError })
  return {
    write: (frame: Buffer): void => void sender.send(frame),
    get queuedBytes(): number {
      return sender.queuedBytes
    },
    afterWrites(done: () => void): void {
      drained = done
    },
    end: (): void => sender.end(),
  }
}
