import type { Target } from '../transports/transport.ts'

/** A service entry, complete: what the gateway needs to know of one name. All limits that are not set are the gateway's. */
export interface Service {
  readonly name: string
  /** `unix:/absolute/path`, or `unix:NAME` of the run dir. */
  readonly target: Target
  readonly codec: string
  /** True: messages to the client are text unless the client asks otherwise. */
  readonly text: boolean
  /** One read of the service returns one message (PROTOCOLS 0.1); default as the codec says. */
  readonly barrier: boolean
  /** Offer permessage-deflate to clients of this service. */
  readonly compression: boolean
  /** Keep client to service open after the service has half-closed. */
  readonly halfClose: boolean
  readonly maxMessageBytes: number | null
  readonly maxConnections: number | null
  readonly from: 'discovered' | 'defined' | 'dashboard'
}

/** What a file entry or `--service` may say; the rest takes defaults. */
export type ServiceEntry = { readonly target: string } & Partial<Omit<Service, 'name' | 'target' | 'from'>>
