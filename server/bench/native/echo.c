// Backend service for the benchmarks: a single-threaded epoll byte echo on a Unix (or TCP) socket.
// usage: echo ADDR [ADDR...]        ADDR = unix:/path | host:port
//
// A connection whose first bytes are a command line (optionally behind a 4-byte length
// prefix, which is what a message-framing gateway adds) leaves echo mode:
//   "!flood N\n"         send N bytes of the flood pattern, then stay open
//   "!floodm N S E\n"    same bytes as length-prefixed messages of S bytes, E = be | le
//   "!sink N\n"          read N more bytes (checked against the pattern), then answer "ok N\n" or "bad\n"
//   "!stall MS\n"        read nothing for MS milliseconds, then read and discard everything
// Flood and stall hold no more than one buffer per connection, so what piles up is the gateway's.
#include "common.h"

enum { ECHO, FLOOD, FLOODM, SINK, SINKM, STALL };
#define CHUNK 262144

typedef struct conn {
  int fd, mode;
  bool listener, first;
  uint8_t lead[4], nlead;  // a first read of up to 4 bytes: may be a length prefix on its own
  uint8_t *pend;           // bytes accepted but not yet written back
  size_t pend_off, pend_len;
  uint64_t pos, total, deadline;
  uint32_t msg, left;      // *M modes: message size, payload bytes left in the current message
  uint8_t pre[4], npre;    // SINKM: bytes of a length prefix seen so far
  bool le, bad;
  uint32_t ev;
  struct conn *next_stalled;
} conn;

static int ep;
static uint8_t buf[CHUNK];
static conn *stalled;

static void watch(conn *c, uint32_t ev) {
  if (c->ev == ev) return;
  struct epoll_event e = {.events = ev, .data.ptr = c};
  epoll_ctl(ep, c->ev == ~0u ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, c->fd, &e);
  c->ev = ev;
}

static void drop(conn *c) {
  for (conn **p = &stalled; *p; p = &(*p)->next_stalled)
    if (*p == c) { *p = c->next_stalled; break; }
  close(c->fd);
  free(c->pend);
  c->fd = -1;
  free(c);
}

// Writes or keeps; false when the peer is gone.
static bool put(conn *c, const uint8_t *p, size_t n) {
  if (!c->pend_len) {
    while (n) {
      ssize_t w = send(c->fd, p, n, MSG_NOSIGNAL);
      if (w < 0) {
        if (errno == EINTR) continue;
        if (errno == EAGAIN) break;
        return false;
      }
      p += w, n -= (size_t)w;
    }
    if (!n) return true;
  }
  c->pend = xrealloc(c->pend, c->pend_len + n);
  memcpy(c->pend + c->pend_len, p, n);
  c->pend_len += n;
  return true;
}

static bool flush_pend(conn *c) {
  while (c->pend_off < c->pend_len) {
    ssize_t w = send(c->fd, c->pend + c->pend_off, c->pend_len - c->pend_off, MSG_NOSIGNAL);
    if (w < 0) {
      if (errno == EINTR) continue;
      return errno == EAGAIN;
    }
    c->pend_off += (size_t)w;
  }
  free(c->pend);
  c->pend = NULL, c->pend_off = c->pend_len = 0;
  return true;
}

static bool flood(conn *c) {
  while (!c->pend_len && c->pos < c->total) {
    size_t n = 0;
    if (c->mode == FLOODM) {
      while (n + 4 < CHUNK && c->pos < c->total) {
        if (!c->left) {
          c->left = (uint32_t)(c->total - c->pos < c->msg ? c->total - c->pos : c->msg);
          uint32_t h = c->le ? htole32(c->left) : htobe32(c->left);
          memcpy(buf + n, &h, 4);
          n += 4;
        }
        size_t av;
        const uint8_t *p = flood_at(c->pos, &av);
        if (av > c->left) av = c->left;
        if (av > CHUNK - n) av = CHUNK - n;
        memcpy(buf + n, p, av);
        n += av, c->pos += av, c->left -= (uint32_t)av;
      }
    } else {
      while (n < CHUNK && c->pos < c->total) {
        size_t av;
        const uint8_t *p = flood_at(c->pos, &av);
        if (av > c->total - c->pos) av = (size_t)(c->total - c->pos);
        if (av > CHUNK - n) av = CHUNK - n;
        memcpy(buf + n, p, av);
        n += av, c->pos += av;
      }
    }
    if (!put(c, buf, n)) return false;
  }
  return true;
}

static bool sink(conn *c, const uint8_t *p, size_t n) {
  while (n && c->pos < c->total) {
    size_t av;
    const uint8_t *want = flood_at(c->pos, &av);
    if (av > n) av = n;
    if (av > c->total - c->pos) av = (size_t)(c->total - c->pos);
    if (c->mode == SINKM) {
      if (!c->left) {
        c->pre[c->npre++] = *p++, n--;
        if (c->npre < 4) continue;
        memcpy(&c->left, c->pre, 4);
        c->left = c->le ? le32toh(c->left) : be32toh(c->left);
        c->npre = 0;
        continue;
      }
      if (av > c->left) av = c->left;
      c->left -= (uint32_t)av;
    }
    if (memcmp(p, want, av)) c->bad = true;
    p += av, n -= av, c->pos += av;
  }
  if (c->pos < c->total) return true;
  char ans[64];
  int k = 4 + (c->bad ? snprintf(ans + 4, 60, "bad\n") : snprintf(ans + 4, 60, "ok %llu\n", (unsigned long long)c->total));
  uint32_t h = c->le ? htole32((uint32_t)k - 4) : htobe32((uint32_t)k - 4);
  memcpy(ans, &h, 4);
  int from = c->mode == SINKM ? 0 : 4;
  c->mode = ECHO;
  return put(c, (uint8_t *)ans + from, (size_t)(k - from));
}

// Recognises a command; returns the number of bytes it took, 0 when there is none.
static size_t command(conn *c, const uint8_t *p, size_t n) {
  size_t skip = n > 4 && p[0] != '!' && p[4] == '!' ? 4 : 0;
  if (n <= skip || p[skip] != '!') return 0;
  const uint8_t *nl = memchr(p + skip, '\n', n - skip < 128 ? n - skip : 128);
  if (!nl) return 0;
  char line[130] = "", e[8] = "be";
  unsigned long long a = 0, b = 0;
  memcpy(line, p + skip, (size_t)(nl - p) - skip);
  if (sscanf(line, "!floodm %llu %llu %7s", &a, &b, e) >= 2 && b) {
    c->mode = FLOODM, c->total = a, c->msg = (uint32_t)b, c->le = !strcmp(e, "le");
  } else if (sscanf(line, "!flood %llu", &a) == 1) {
    c->mode = FLOOD, c->total = a;
  } else if (sscanf(line, "!sinkm %llu %7s", &a, e) >= 1) {
    c->mode = SINKM, c->total = a, c->le = !strcmp(e, "le");
  } else if (sscanf(line, "!sink %llu", &a) == 1) {
    c->mode = SINK, c->total = a;
  } else if (sscanf(line, "!stall %llu", &a) == 1) {
    c->mode = STALL, c->deadline = now_ns() + a * 1000000ull;
    c->next_stalled = stalled, stalled = c;
  } else {
    return 0;
  }
  return (size_t)(nl + 1 - p);
}

static bool serve(conn *c, uint32_t ev) {
  if ((ev & EPOLLOUT) && !flush_pend(c)) return false;
  if ((c->mode == FLOOD || c->mode == FLOODM) && !flood(c)) return false;
  if (ev & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
    // One read per wake-up: level-triggered epoll brings us back, and connections share fairly.
    if (!c->pend_len && !(c->mode == STALL && c->deadline)) {
      ssize_t r = recv(c->fd, buf, CHUNK - 4, 0);
      if (r == 0) return false;
      if (r < 0) {
        if (errno != EAGAIN && errno != EINTR) return false;
      } else {
        const uint8_t *p = buf;
        size_t n = (size_t)r;
        if (c->first && c->nlead + n <= 4) {
          memcpy(c->lead + c->nlead, p, n);
          c->nlead += (uint8_t)n, n = 0;
        } else if (c->first) {
          c->first = false;
          if (c->nlead) {
            memmove(buf + c->nlead, buf, n);
            memcpy(buf, c->lead, c->nlead);
            n += c->nlead;
          }
          size_t k = command(c, p, n);
          p += k, n -= k;
        }
        if (c->mode == ECHO) {
          if (n && !put(c, p, n)) return false;
        } else if (c->mode == SINK || c->mode == SINKM) {
          if (!sink(c, p, n)) return false;
        } else if (c->mode == FLOOD || c->mode == FLOODM) {
          if (!flood(c)) return false;
        }
      }
    } else if (ev & (EPOLLHUP | EPOLLERR)) {
      return false;
    }
  }
  uint32_t want = 0;
  if (c->pend_len) want |= EPOLLOUT;
  else if (!(c->mode == STALL && c->deadline)) want |= EPOLLIN;
  watch(c, want);
  return true;
}

int main(int argc, char **argv) {
  if (argc < 2) die("usage: echo ADDR...");
  signal(SIGPIPE, SIG_IGN);
  end_with_parent();
  struct rlimit rl;
  getrlimit(RLIMIT_NOFILE, &rl);
  rl.rlim_cur = rl.rlim_max;
  setrlimit(RLIMIT_NOFILE, &rl);
  table_init(0);
  ep = epoll_create1(EPOLL_CLOEXEC);
  for (int i = 1; i < argc; i++) {
    conn *l = calloc(1, sizeof *l);
    l->fd = listen_on(argv[i]);
    l->listener = true, l->ev = ~0u;
    watch(l, EPOLLIN);
  }
  struct epoll_event evs[512];
  for (;;) {
    int n = epoll_wait(ep, evs, 512, stalled ? 20 : -1);
    for (int i = 0; i < n; i++) {
      conn *c = evs[i].data.ptr;
      if (c->listener) {
        for (int fd; (fd = accept4(c->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
          conn *k = calloc(1, sizeof *k);
          k->fd = fd, k->first = true, k->ev = ~0u;
          set_nodelay(fd);
          watch(k, EPOLLIN);
        }
      } else if (!serve(c, evs[i].events)) {
        drop(c);
      }
    }
    for (conn **p = &stalled; *p;) {
      conn *c = *p;
      if (now_ns() < c->deadline) { p = &c->next_stalled; continue; }
      *p = c->next_stalled, c->next_stalled = NULL, c->deadline = 0;
      watch(c, EPOLLIN);
    }
  }
}
