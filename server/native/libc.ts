import { Buffer } from 'node:buffer'
import { createRequire } from 'node:module'
import type { Server, Socket } from 'node:net'
import { endianness } from 'node:os'

/** The few Linux calls that Node has no function for. All are synchronous and never block. */
export interface Native {
  /**
   * sendmsg(2) of `data` with the descriptor `passed` attached, which ends the receiver's read behind it.
   * @returns bytes taken (the descriptor goes with the first), or 'again' when the kernel has no room now
   * @throws Error with `code` (EPIPE, ECONNRESET, EBADF, ...)
   */
  sendWithDescriptor(fd: number, data: Uint8Array, passed: number): number | 'again'
  /** The same without a descriptor: one system call, so that a part taken is seen as such. */
  send(fd: number, data: Uint8Array): number | 'again'
  /** Kernel memory in bytes held by what the peer has not read yet; 0 when it has read everything. @throws Error with `code` */
  sendQueueBytes(fd: number): number
  /** Who is at the other end of a Unix socket, as of connect(2) or listen(2). @throws Error with `code` */
  peerCredentials(fd: number): PeerCredentials
  /** One datagram to a Unix socket; a path that begins with `@` is an abstract name. @throws Error with `code` */
  sendDatagram(path: string, data: Uint8Array): void
}

export interface PeerCredentials {
  readonly pid: number
  readonly uid: number
  readonly gid: number
}

/** Layouts below are those of 64-bit little-endian Linux, the same with glibc and musl. */
const ARCHITECTURES = new Set(['x64', 'arm64', 'riscv64', 'loong64'])

const AF_UNIX = 1
const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000
const SOL_SOCKET = 1
const SO_PEERCRED = 17
const SCM_RIGHTS = 1
const SIOCOUTQ = 0x5411
const SEND_FLAGS = 0x40 | 0x4000 // MSG_DONTWAIT | MSG_NOSIGNAL

let loaded: { native: Native | null; problem: string | null } | undefined

/** The native calls, loaded at first use; null where they are not to be had, and then `nativeProblem` says why. */
export function native(): Native | null {
  return (loaded ??= load()).native
}

/** Why there are no native calls, as a sentence without what follows from it; null when there are. */
export function nativeProblem(): string | null {
  return (loaded ??= load()).problem
}

/**
 * The descriptor of a socket that `node:net` owns, -1 when it is closed. Not documented, unchanged since Node 0.x; the
 * only place that touches it. Never keep the number: once the socket is closed it may be another file's.
 */
export function fdOf(socket: Socket | Server): number {
  return (socket as { _handle?: { fd?: number } | null })._handle?.fd ?? -1
}

function load(): { native: Native | null; problem: string | null } {
  if (process.env.SOCKGATE_NO_NATIVE === '1')
    return { native: null, problem: 'SOCKGATE_NO_NATIVE=1 switches native calls off' }
  if (process.platform !== 'linux' || !ARCHITECTURES.has(process.arch) || endianness() !== 'LE') {
    return { native: null, problem: `native calls are not supported on ${process.platform} ${process.arch}` }
  }
  try {
    const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
    return { native: bind(koffi), problem: null }
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n', 1)[0] : String(error)
    return { native: null, problem: `the package koffi does not load (${reason})` }
  }
}

function bind(koffi: typeof import('koffi')): Native {
  const libc = koffi.load(null) // symbols of the running process: glibc and musl alike
  const sendmsg = libc.func('long sendmsg(int fd, void *msg, int flags)')
  const getsockopt = libc.func('int getsockopt(int fd, int level, int name, void *value, void *length)')
  const openSocket = libc.func('int socket(int domain, int type, int protocol)')
  const sendto = libc.func(
    'long sendto(int fd, void *data, size_t length, int flags, void *address, unsigned int size)',
  )
  const close = libc.func('int close(int fd)')
  const ioctl = libc.func('int ioctl(int fd, unsigned long request, void *argument)')
  const numbers: Record<string, number> = koffi.os.errno
  const names = new Map(Object.entries(numbers).map(([name, value]) => [value, name]))
  const full = new Set([numbers.EAGAIN, numbers.ENOBUFS, numbers.ETOOMANYREFS])
  const message = new MessageHeader((bytes) => koffi.address(bytes)) // one is enough: every call ends before the next
  const integer = Buffer.alloc(4)

  function failure(call: string, errno: number): Error {
    const code = names.get(errno) ?? `errno ${errno}`
    return Object.assign(new Error(`${call}: ${code}`), { code, errno: -errno, syscall: call })
  }

  function send(fd: number): number | 'again' {
    for (;;) {
      const taken = sendmsg(fd, message.address, SEND_FLAGS) as number
      if (taken >= 0) return taken
      const errno = koffi.errno()
      if (errno === numbers.EINTR) continue
      // ETOOMANYREFS: too many descriptors of this user are on their way; passes as receivers read.
      if (full.has(errno)) return 'again'
      throw failure('sendmsg', errno)
    }
  }

  return {
    sendWithDescriptor(fd, data, passed) {
      message.data(data)
      message.descriptor(passed)
      return send(fd)
    },
    send(fd, data) {
      message.data(data)
      message.noDescriptor()
      return send(fd)
    },
    sendQueueBytes(fd) {
      if (ioctl(fd, SIOCOUTQ, integer) < 0) throw failure('ioctl', koffi.errno())
      return integer.readInt32LE(0)
    },
    peerCredentials(fd) {
      const value = Buffer.alloc(12)
      integer.writeUInt32LE(value.length)
      if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, value, integer) < 0) throw failure('getsockopt', koffi.errno())
      return { pid: value.readInt32LE(0), uid: value.readUInt32LE(4), gid: value.readUInt32LE(8) }
    },
    sendDatagram(path, data) {
      const name = Buffer.from(path, 'utf8')
      if (name[0] === 0x40) name[0] = 0
      const address = Buffer.concat([Buffer.from([AF_UNIX, 0]), name])
      const fd = openSocket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0) as number
      if (fd < 0) throw failure('socket', koffi.errno())
      const sent = sendto(fd, data, data.length, SEND_FLAGS, address, address.length) as number
      const errno = koffi.errno()
      close(fd)
      if (sent < 0) throw failure('sendto', errno)
    },
  }
}

/** Data up to this length is copied next to the header: cheaper than asking for its address. */
const INLINE_MAX = 2048

const IOV = 56 // behind struct msghdr
const CONTROL = IOV + 16
const CONTROL_SPACE = 24 // CMSG_SPACE of one descriptor
const INLINE = CONTROL + CONTROL_SPACE

/** struct msghdr, one struct iovec, one control message and room for short data, packed by hand into one buffer. */
class MessageHeader {
  readonly #bytes = Buffer.alloc(INLINE + INLINE_MAX)
  readonly #addressOf: (bytes: Uint8Array) => bigint
  readonly #inline: bigint
  readonly address: bigint
  #isInline = false

  constructor(addressOf: (bytes: Uint8Array) => bigint) {
    this.#addressOf = addressOf
    this.address = addressOf(this.#bytes)
    this.#inline = this.address + BigInt(INLINE)
    this.#bytes.writeBigUInt64LE(this.address + BigInt(IOV), 16) // msg_iov
    this.#bytes.writeUInt32LE(1, 24) // msg_iovlen
    this.#bytes.writeBigUInt64LE(this.address + BigInt(CONTROL), 32) // msg_control
    this.#bytes.writeUInt32LE(20, CONTROL) // cmsg_len
    this.#bytes.writeInt32LE(SOL_SOCKET, CONTROL + 8)
    this.#bytes.writeInt32LE(SCM_RIGHTS, CONTROL + 12)
  }

  data(data: Uint8Array): void {
    const inline = data.length <= INLINE_MAX
    if (inline) this.#bytes.set(data, INLINE)
    if (!inline || !this.#isInline) this.#bytes.writeBigUInt64LE(inline ? this.#inline : this.#addressOf(data), IOV)
    this.#isInline = inline
    this.#bytes.writeUInt32LE(data.length, IOV + 8)
  }

  descriptor(fd: number): void {
    this.#bytes.writeInt32LE(fd, CONTROL + 16)
    this.#bytes.writeUInt32LE(CONTROL_SPACE, 40) // msg_controllen
  }

  noDescriptor(): void {
    this.#bytes.writeUInt32LE(0, 40)
  }
}
