// Reference in C: what one native thread can do at this job. Not a product: no policy, no timeouts,
// no fragmentation limits. It marks the ceiling for a gateway in any language.
//
//   bridge LISTEN echo                     WebSocket echo (no backend)
//   bridge LISTEN unix:/path | host:port   WebSocket <-> stream bridge, raw bytes
//   bridge LISTEN unix:/path be|le         the same, messages carried behind a 32-bit length prefix
#include "common.h"

#define CHUNK 262144
#define REQ_MAX 8192
#define HEAD 16 // room before read data, for a frame header

typedef struct side {
  int fd;
  uint32_t ev;
  bool is_ws, listener, connecting;
  struct link *link;
  uint8_t *pend;
  size_t off, len;
} side;

typedef struct link {
  side ws, be;
  bool open, dead;
  char *req;
  size_t req_n;
  // WebSocket parser, across reads
  uint8_t head[14], hn, op, key[4];
  bool in_frame;
  uint64_t left, done;
  uint8_t ctl[125];
  // length-prefix parser, across reads
  uint8_t pre[4], pn;
  uint32_t mleft;
} link_;

static int ep;
static addr_t backend;
static bool echo_only, msg, le;
static uint8_t *in, *out;
static link_ *grave[1024];
static int graves;

static void watch(side *s, uint32_t ev) {
  if (s->ev == ev || s->fd < 0) return;
  struct epoll_event e = {.events = ev, .data.ptr = s};
  epoll_ctl(ep, s->ev == ~0u ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, s->fd, &e);
  s->ev = ev;
}

static void drop(link_ *l) {
  if (l->dead) return;
  l->dead = true;
  if (l->ws.fd >= 0) close(l->ws.fd);
  if (l->be.fd >= 0) close(l->be.fd);
  free(l->ws.pend), free(l->be.pend), free(l->req);
  grave[graves++] = l; // freed after the batch of events: the other side may be in it
}

static bool put(side *s, const uint8_t *p, size_t n) {
  if (!s->len && !s->connecting) {
    while (n) {
      ssize_t w = send(s->fd, p, n, MSG_NOSIGNAL);
      if (w < 0) {
        if (errno == EINTR) continue;
        if (errno == EAGAIN) break;
        return false;
      }
      p += w, n -= (size_t)w;
    }
  }
  if (!n) return true;
  s->pend = xrealloc(s->pend, s->len + n);
  memcpy(s->pend + s->len, p, n);
  s->len += n;
  return true;
}

static bool flush(side *s) {
  while (s->off < s->len) {
    ssize_t w = send(s->fd, s->pend + s->off, s->len - s->off, MSG_NOSIGNAL);
    if (w < 0) {
      if (errno == EINTR) continue;
      return errno == EAGAIN;
    }
    s->off += (size_t)w;
  }
  free(s->pend);
  s->pend = NULL, s->off = s->len = 0;
  return true;
}

static size_t frame_head(uint8_t *p, uint8_t op, size_t n) {
  p[0] = 0x80 | op;
  if (n < 126) return p[1] = (uint8_t)n, 2;
  if (n < 65536) return p[1] = 126, p[2] = (uint8_t)(n >> 8), p[3] = (uint8_t)n, 4;
  p[1] = 127;
  for (int i = 0; i < 8; i++) p[2 + i] = (uint8_t)((uint64_t)n >> (56 - 8 * i));
  return 10;
}

static bool shake(link_ *l, const uint8_t **p, size_t *n) {
  if (!l->req) l->req = xrealloc(NULL, REQ_MAX);
  size_t before = l->req_n, k = REQ_MAX - 1 - l->req_n;
  if (k > *n) k = *n;
  memcpy(l->req + l->req_n, *p, k);
  l->req_n += k, l->req[l->req_n] = 0;
  char *end = strstr(l->req, "\r\n\r\n");
  if (!end) return l->req_n < REQ_MAX - 1 && (*n = 0, true);
  char *k1 = strcasestr(l->req, "sec-websocket-key:"), key[64] = "", acc[32], ans[256];
  if (!k1 || sscanf(k1 + 18, " %63s", key) != 1) return false;
  ws_accept(key, acc);
  int a = snprintf(ans, sizeof ans, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n", acc);
  size_t used = (size_t)(end + 4 - l->req) - before;
  *p += used, *n -= used;
  l->open = true;
  if (!put(&l->ws, (uint8_t *)ans, (size_t)a)) return false;
  free(l->req), l->req = NULL;
  if (echo_only) return true;
  l->be.fd = socket(backend.ss.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (l->be.fd < 0) return false;
  set_nodelay(l->be.fd);
  if (connect(l->be.fd, (struct sockaddr *)&backend.ss, backend.len)) {
    if (errno != EINPROGRESS) return false;
    l->be.connecting = true;
  }
  watch(&l->be, l->be.connecting ? EPOLLOUT : EPOLLIN);
  return true;
}

// Unmasks every data frame of the chunk into `out` and writes it once.
static bool from_ws(link_ *l, const uint8_t *p, size_t n) {
  size_t o = 0;
  while (n || (l->in_frame && !l->left)) {
    if (!l->in_frame) {
      size_t need = 2;
      for (;;) {
        if (l->hn >= 2) need = ((l->head[1] & 127) == 127 ? 10 : (l->head[1] & 127) == 126 ? 4 : 2) + 4u;
        if (l->hn >= 2 && l->hn == need) break;
        if (!n) goto end;
        l->head[l->hn++] = *p++, n--;
      }
      if (!(l->head[1] & 128)) return false;
      uint64_t len = l->head[1] & 127;
      if (len == 126) len = (uint64_t)l->head[2] << 8 | l->head[3];
      else if (len == 127) {
        len = 0;
        for (int i = 2; i < 10; i++) len = len << 8 | l->head[i];
      }
      l->op = l->head[0] & 15, l->left = len, l->done = 0, l->in_frame = true;
      memcpy(l->key, l->head + l->hn - 4, 4);
      l->hn = 0;
      if (l->op >= 8 && len > 125) return false;
      if (l->op < 8) {
        if (echo_only) o += frame_head(out + o, 2, len);
        else if (msg) {
          uint32_t h = le ? htole32((uint32_t)len) : htobe32((uint32_t)len);
          memcpy(out + o, &h, 4), o += 4;
        }
      }
    }
    size_t k = l->left < n ? (size_t)l->left : n;
    if (l->op >= 8) xor_mask(l->ctl + l->done, p, k, l->key, l->done);
    else xor_mask(out + o, p, k, l->key, l->done), o += k;
    p += k, n -= k, l->left -= k, l->done += k;
    if (l->left) break;
    l->in_frame = false;
    if (l->op == 8 || l->op == 9) {
      uint8_t f[127];
      size_t h = frame_head(f, l->op == 9 ? 10 : 8, l->done);
      memcpy(f + h, l->ctl, l->done);
      if (!put(&l->ws, f, h + l->done)) return false;
      if (l->op == 8) {
        if (o && !echo_only) put(&l->be, out, o);
        return false;
      }
    }
  }
end:
  return !o || put(echo_only ? &l->ws : &l->be, out, o);
}

static bool from_backend(link_ *l, uint8_t *p, size_t n) {
  if (!msg) {
    uint8_t h[HEAD];
    size_t k = frame_head(h, 2, n);
    memcpy(p - k, h, k); // the read left room for it
    return put(&l->ws, p - k, n + k);
  }
  size_t o = 0;
  while (n) {
    if (!l->mleft) {
      l->pre[l->pn++] = *p++, n--;
      if (l->pn < 4) continue;
      memcpy(&l->mleft, l->pre, 4), l->pn = 0;
      l->mleft = le ? le32toh(l->mleft) : be32toh(l->mleft);
      o += frame_head(out + o, 2, l->mleft);
      continue;
    }
    size_t k = l->mleft < n ? l->mleft : n;
    memcpy(out + o, p, k);
    o += k, p += k, n -= k, l->mleft -= (uint32_t)k;
  }
  return !o || put(&l->ws, out, o);
}

static bool serve(side *s, uint32_t ev) {
  link_ *l = s->link;
  side *other = echo_only ? s : s->is_ws ? &l->be : &l->ws;
  if (ev & EPOLLOUT) {
    if (s->connecting) {
      int e = 0;
      socklen_t n = sizeof e;
      getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &e, &n);
      if (e) return false;
      s->connecting = false;
    }
    if (!flush(s)) return false;
  }
  if ((ev & (EPOLLIN | EPOLLHUP | EPOLLERR)) && !other->len) {
    ssize_t r = recv(s->fd, in + HEAD, CHUNK, 0);
    if (r == 0 || (r < 0 && errno != EAGAIN && errno != EINTR)) return false;
    if (r > 0) {
      const uint8_t *p = in + HEAD;
      size_t n = (size_t)r;
      if (s->is_ws) {
        if (!l->open && !shake(l, &p, &n)) return false;
        if (n && !from_ws(l, p, n)) return false;
      } else if (!from_backend(l, in + HEAD, n)) return false;
    }
  } else if (ev & (EPOLLHUP | EPOLLERR)) return false;
  // Each side reads only while the opposite one has nothing waiting: memory stays at one chunk.
  side *both[2] = {&l->ws, &l->be};
  for (int i = 0; i < 2; i++) {
    side *a = both[i], *b = echo_only ? a : both[!i];
    if (a->fd >= 0) watch(a, (a->len || a->connecting ? EPOLLOUT : 0) | (b->len ? 0 : EPOLLIN));
  }
  return true;
}

int main(int argc, char **argv) {
  if (argc < 3) die("usage: bridge LISTEN echo | BACKEND [be|le]");
  signal(SIGPIPE, SIG_IGN);
  end_with_parent();
  struct rlimit rl;
  getrlimit(RLIMIT_NOFILE, &rl);
  rl.rlim_cur = rl.rlim_max;
  setrlimit(RLIMIT_NOFILE, &rl);
  echo_only = !strcmp(argv[2], "echo");
  if (!echo_only) backend = parse_addr(argv[2]);
  if (argc > 3) msg = true, le = !strcmp(argv[3], "le");
  in = xrealloc(NULL, CHUNK + HEAD);
  out = xrealloc(NULL, CHUNK * 6); // a chunk of empty messages grows by at most this much
  ep = epoll_create1(EPOLL_CLOEXEC);
  side ls = {.fd = listen_on(argv[1]), .ev = ~0u, .listener = true};
  watch(&ls, EPOLLIN);
  struct epoll_event evs[512];
  for (;;) {
    int n = epoll_wait(ep, evs, 512, -1);
    for (int i = 0; i < n; i++) {
      side *s = evs[i].data.ptr;
      if (s->listener) {
        for (int fd; (fd = accept4(s->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
          link_ *l = calloc(1, sizeof *l);
          l->ws = (side){.fd = fd, .ev = ~0u, .is_ws = true, .link = l};
          l->be = (side){.fd = -1, .ev = ~0u, .link = l};
          set_nodelay(fd);
          watch(&l->ws, EPOLLIN);
        }
        continue;
      }
      if (!s->link->dead && !serve(s, evs[i].events)) drop(s->link);
      if (graves == 1024) break; // level-triggered: the rest comes back
    }
    while (graves) free(grave[--graves]);
  }
}
