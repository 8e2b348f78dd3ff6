// Shared by the load generator, the echo service and the C bridge:
// test pattern, message layout, clock, address parsing and the RFC 6455 handshake hash.
#ifndef BENCH_COMMON_H
#define BENCH_COMMON_H
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static inline void die(const char *fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  vfprintf(stderr, fmt, ap);
  va_end(ap);
  fputc('\n', stderr);
  exit(2);
}

static inline void *xrealloc(void *p, size_t n) {
  void *q = realloc(p, n);
  if (!q && n) die("out of memory");
  return q;
}

// The benchmark stops what it has started; this is for when it is killed and cannot.
static inline void end_with_parent(void) { prctl(PR_SET_PDEATHSIG, SIGKILL); }

static inline uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000ull + (uint64_t)t.tv_nsec;
}

static inline uint64_t mix64(uint64_t x) {
  x += 0x9e3779b97f4a7c15ull;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
  return x ^ (x >> 31);
}

// Pseudo-random table: message bodies are slices of it, so that both building and
// checking a body run at memcpy / memcmp speed while every byte is still checked.
#define TABLE_SPAN 65536u
static uint8_t *table;
static size_t table_len;
static inline void table_init(size_t max_body) {
  table_len = (TABLE_SPAN + max_body + 15) & ~(size_t)7;
  table = xrealloc(NULL, table_len);
  for (size_t i = 0; i < table_len; i += 8) {
    uint64_t v = mix64(i);
    memcpy(table + i, &v, 8);
  }
}

// The flood stream: byte i is table[i % TABLE_SPAN].
static inline const uint8_t *flood_at(uint64_t pos, size_t *avail) {
  size_t off = (size_t)(pos % TABLE_SPAN);
  *avail = TABLE_SPAN - off;
  return table + off;
}

static inline void set_nonblock(int fd) { fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK); }

static inline void set_nodelay(int fd) {
  int one = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one); // fails on unix sockets: fine
}

// "unix:/path", "tcp://host:port", "host:port" or "port"
typedef struct {
  struct sockaddr_storage ss;
  socklen_t len;
} addr_t;

static inline addr_t parse_addr(const char *s) {
  addr_t a = {0};
  if (!strncmp(s, "unix:", 5)) {
    struct sockaddr_un *u = (struct sockaddr_un *)&a.ss;
    u->sun_family = AF_UNIX;
    if (strlen(s + 5) >= sizeof u->sun_path) die("socket path too long: %s", s);
    strcpy(u->sun_path, s + 5);
    a.len = sizeof *u;
    return a;
  }
  if (!strncmp(s, "tcp://", 6)) s += 6;
  char host[256] = "127.0.0.1";
  const char *port = s, *colon = strrchr(s, ':');
  if (colon) {
    size_t n = (size_t)(colon - s);
    if (n >= sizeof host) die("host too long: %s", s);
    if (n) memcpy(host, s, n), host[n] = 0;
    port = colon + 1;
  }
  struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *res;
  if (getaddrinfo(host, port, &hints, &res)) die("cannot resolve %s", s);
  memcpy(&a.ss, res->ai_addr, res->ai_addrlen);
  a.len = res->ai_addrlen;
  freeaddrinfo(res);
  return a;
}

static inline int listen_on(const char *spec) {
  addr_t a = parse_addr(spec);
  int fd = socket(a.ss.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;
  if (fd < 0) die("socket: %s", strerror(errno));
  if (a.ss.ss_family == AF_UNIX) unlink(((struct sockaddr_un *)&a.ss)->sun_path);
  else setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(fd, (struct sockaddr *)&a.ss, a.len) || listen(fd, 4096)) die("listen %s: %s", spec, strerror(errno));
  return fd;
}

// ---- SHA-1 + base64, only for Sec-WebSocket-Accept ----
static inline uint32_t rol(uint32_t x, int n) { return (x << n) | (x >> (32 - n)); }
static inline void sha1(const uint8_t *msg, size_t len, uint8_t out[20]) {
  uint32_t h[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  uint8_t buf[256] = {0};
  size_t total = ((len + 8) / 64 + 1) * 64;
  if (total > sizeof buf) die("sha1: input too long");
  memcpy(buf, msg, len);
  buf[len] = 0x80;
  for (int i = 0; i < 8; i++) buf[total - 1 - i] = (uint8_t)(((uint64_t)len * 8) >> (8 * i));
  for (size_t o = 0; o < total; o += 64) {
    uint32_t w[80], a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
    for (int i = 0; i < 16; i++)
      w[i] = (uint32_t)buf[o + 4 * i] << 24 | (uint32_t)buf[o + 4 * i + 1] << 16 | (uint32_t)buf[o + 4 * i + 2] << 8 | buf[o + 4 * i + 3];
    for (int i = 16; i < 80; i++) w[i] = rol(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    for (int i = 0; i < 80; i++) {
      uint32_t f, k;
      if (i < 20) f = (b & c) | (~b & d), k = 0x5a827999;
      else if (i < 40) f = b ^ c ^ d, k = 0x6ed9eba1;
      else if (i < 60) f = (b & c) | (b & d) | (c & d), k = 0x8f1bbcdc;
      else f = b ^ c ^ d, k = 0xca62c1d6;
      uint32_t t = rol(a, 5) + f + e + k + w[i];
      e = d, d = c, c = rol(b, 30), b = a, a = t;
    }
    h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e;
  }
  for (int i = 0; i < 20; i++) out[i] = (uint8_t)(h[i / 4] >> (24 - 8 * (i % 4)));
}

static inline void base64(const uint8_t *in, size_t n, char *out) {
  static const char abc[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t i = 0; i < n; i += 3) {
    uint32_t v = (uint32_t)in[i] << 16 | (i + 1 < n ? (uint32_t)in[i + 1] << 8 : 0) | (i + 2 < n ? in[i + 2] : 0);
    *out++ = abc[v >> 18 & 63];
    *out++ = abc[v >> 12 & 63];
    *out++ = i + 1 < n ? abc[v >> 6 & 63] : '=';
    *out++ = i + 2 < n ? abc[v & 63] : '=';
  }
  *out = 0;
}

static inline void ws_accept(const char *key, char out[32]) {
  char cat[160];
  uint8_t dig[20];
  int n = snprintf(cat, sizeof cat, "%.64s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
  sha1((uint8_t *)cat, (size_t)n, dig);
  base64(dig, 20, out);
}

// XOR src with the 4-byte key into dst; `phase` is the offset of src[0] within the frame payload.
// dst may be src, or lie before it in the same buffer (forward copy).
static inline void xor_mask(uint8_t *dst, const uint8_t *src, size_t n, const uint8_t key[4], size_t phase) {
  uint8_t k[8];
  for (int i = 0; i < 8; i++) k[i] = key[(phase + (size_t)i) & 3];
  uint64_t k8, v[4];
  memcpy(&k8, k, 8);
  size_t i = 0;
  for (; i + 32 <= n; i += 32) {
    memcpy(v, src + i, 32);
    v[0] ^= k8, v[1] ^= k8, v[2] ^= k8, v[3] ^= k8;
    memcpy(dst + i, v, 32);
  }
  for (; i + 8 <= n; i += 8) {
    memcpy(v, src + i, 8);
    v[0] ^= k8;
    memcpy(dst + i, v, 8);
  }
  for (; i < n; i++) dst[i] = src[i] ^ k[i & 7];
}

#endif
