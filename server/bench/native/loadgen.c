// Load generator for WebSocket bridges. One thread, epoll, no allocation on the hot path.
//
//   loadgen MODE --url URL [options]
//
// URL   ws://host:port/path
// MODE  echo    closed loop: -n connections, each with -p messages of -s bytes in flight
//       setup   -n concurrent cycles of connect + upgrade + first echo + close
//       idle    open -n connections, one echo each, hold them
//       flood   ask the backend for --bytes, read nothing for --hold ms after the go-ahead, then drain and check
//       sink    send --bytes to the backend as fast as it goes, wait for its verdict
//       stall   send to a backend that does not read for --hold ms; report how much was taken
//
// Protocol with the driver: a line "ready" on stdout once set up and warmed up (everything drained),
// then one line on stdin starts the measured part, then one line of JSON on stdout. Between "ready" and
// the JSON line nothing but the measured messages crosses the target, so its CPU time over that span
// belongs to exactly `messages` messages.
//
// Every message is: u32 connection, u32 check, u64 sequence, body; the body is a slice of a pseudo-random
// table chosen by (connection, sequence). Every received byte is compared with the expected one.
#include "common.h"

enum { M_ECHO, M_SETUP, M_IDLE, M_FLOOD, M_SINK, M_STALL };
enum { S_CONNECT, S_SHAKE, S_OPEN, S_CLOSING, S_DEAD };
#define HDR 16
#define RBUF (1 << 20)
#define BAD_KEEP 4

typedef struct {
  int fd, state;
  uint32_t id, ev;
  // out
  uint8_t *out;
  size_t out_cap, out_off, out_len;
  uint64_t want;             // messages still to be built (echo)
  // in
  uint8_t head[14];
  uint8_t head_n;
  bool in_frame, fin, mid;   // mid: inside a fragmented message
  uint8_t op;
  uint64_t left;             // payload bytes left in the frame
  uint64_t frame_msg;        // bytes of the current WebSocket message so far
  uint8_t ctl[125];
  uint8_t ctl_n;
  bool got_close, sent_close;
  char shake[4096];
  size_t shake_n;
  char key[32];
  // checking
  uint64_t sseq, rseq, pos;
  size_t roff;
  uint8_t *bad;              // a message that differs, collected whole in order to classify it
  size_t bad_n;
  uint64_t t0, *stamps;
  char note[64];
  size_t note_n;
} conn;

static int mode, ep;
static addr_t dst;
static char path[1024] = "/", hosthdr[256] = "localhost";
static uint32_t nconn = 1, depth = 1, spread = 1;
static size_t size_ = 64, frame_max;
static double secs = 3, warm = 0.5;
static uint64_t bytes_ = 1ull << 30, hold_ms = 5000, timeout_ms = 15000;
static bool framed;
static conn *conns;
static uint8_t *rbuf;

static uint64_t n_done, n_lost, n_dup, n_corrupt, n_split, n_failed, n_bytes, n_cycles, n_frames, n_text, n_early;
static uint32_t n_open;
static bool sending;
static uint64_t rng = 88172645463325252ull;
static uint32_t rnd(void) {
  rng ^= rng << 13, rng ^= rng >> 7, rng ^= rng << 17;
  return (uint32_t)(rng >> 32);
}

// ---- latency histogram: 64 buckets per power of two, i.e. within 1.6 % ----
#define HB 64
#define HN (40 * HB)
static uint64_t hist[HN], hist_n;
static void hist_add(uint64_t ns) {
  size_t i = ns;
  if (ns >= HB) {
    int e = 57 - __builtin_clzll(ns); // ns >> e lies in 64..127
    i = (size_t)(e + 1) * HB + (size_t)((ns >> e) - HB);
  }
  hist[i < HN ? i : HN - 1]++, hist_n++;
}
static double hist_pct(double p) {
  uint64_t need = (uint64_t)(p / 100.0 * (double)hist_n), seen = 0;
  if (hist_n && need >= hist_n) need = hist_n - 1;
  for (size_t i = 0; i < HN; i++) {
    seen += hist[i];
    if (seen <= need) continue;
    if (i < HB) return (double)i;
    size_t e = i / HB - 1;
    return (double)((i % HB + HB) << e) + (double)((1ull << e) / 2);
  }
  return 0;
}

// ---- messages ----
static void msg_head(uint8_t h[HDR], uint32_t id, uint64_t seq) {
  uint32_t check = (uint32_t)mix64(seq * 31 + id + ((uint64_t)size_ << 40));
  memcpy(h, &id, 4), memcpy(h + 4, &check, 4), memcpy(h + 8, &seq, 8);
}
static const uint8_t *msg_body(uint32_t id, uint64_t seq) {
  return table + (mix64(seq ^ ((uint64_t)id << 32)) % TABLE_SPAN);
}

static void out_room(conn *c, size_t n) {
  if (c->out_off == c->out_len) c->out_off = c->out_len = 0;
  if (c->out_len + n <= c->out_cap) return;
  if (c->out_off) {
    memmove(c->out, c->out + c->out_off, c->out_len - c->out_off);
    c->out_len -= c->out_off, c->out_off = 0;
    if (c->out_len + n <= c->out_cap) return;
  }
  c->out_cap = c->out_len + n;
  c->out = xrealloc(c->out, c->out_cap);
}

// Frame header + mask; returns the payload's place in the out buffer. The mask key is in *key.
static uint8_t *frame_begin(conn *c, uint8_t op, size_t n, uint8_t key[4]) {
  out_room(c, n + 14);
  uint8_t *p = c->out + c->out_len;
  size_t h = 2;
  p[0] = 0x80 | op;
  if (n < 126) p[1] = 0x80 | (uint8_t)n;
  else if (n < 65536) p[1] = 0x80 | 126, p[2] = (uint8_t)(n >> 8), p[3] = (uint8_t)n, h = 4;
  else {
    p[1] = 0x80 | 127;
    for (int i = 0; i < 8; i++) p[2 + i] = (uint8_t)((uint64_t)n >> (56 - 8 * i));
    h = 10;
  }
  uint32_t k = rnd();
  memcpy(p + h, &k, 4), memcpy(key, &k, 4);
  c->out_len += h + 4 + n;
  return p + h + 4;
}

static void put_frame(conn *c, uint8_t op, const void *data, size_t n) {
  uint8_t key[4], *p = frame_begin(c, op, n, key);
  xor_mask(p, data, n, key, 0);
}

static void put_msg(conn *c) {
  uint8_t h[HDR];
  msg_head(h, c->id, c->sseq);
  const uint8_t *body = msg_body(c->id, c->sseq);
  uint8_t key[4], *p = frame_begin(c, 2, size_, key);
  xor_mask(p, h, HDR, key, 0);
  xor_mask(p + HDR, body, size_ - HDR, key, HDR);
  if (c->stamps) c->stamps[c->sseq % depth] = now_ns();
  c->sseq++;
}

static void watch(conn *c, uint32_t ev) {
  if (c->ev == ev) return;
  struct epoll_event e = {.events = ev, .data.ptr = c};
  epoll_ctl(ep, c->ev == ~0u ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, c->fd, &e);
  c->ev = ev;
}

static void conn_fail(conn *c, const char *why) {
  if (c->state == S_DEAD) return;
  if (n_failed < 3) fprintf(stderr, "loadgen: connection %u: %s (%s)\n", c->id, why, errno ? strerror(errno) : "-");
  errno = 0;
  if (c->state == S_OPEN) n_open--;
  n_failed++;
  c->state = S_DEAD;
  if (c->fd >= 0) close(c->fd);
  c->fd = -1;
}

static void message_done(conn *c) {
  uint64_t t = now_ns();
  n_done++, n_bytes += size_;
  if (mode == M_ECHO) {
    hist_add(t - c->stamps[c->rseq % depth]);
    if (sending) c->want++;
  } else if (mode == M_SETUP) {
    hist_add(t - c->t0);
  }
  c->rseq++, c->roff = 0;
}

// A whole message that is not the one expected: say what it is.
static void classify(conn *c) {
  uint8_t h[HDR];
  uint64_t seq;
  memcpy(&seq, c->bad + 8, 8);
  msg_head(h, c->id, seq);
  uint64_t expected = c->rseq;
  if (memcmp(h, c->bad, HDR) || memcmp(c->bad + HDR, msg_body(c->id, seq), size_ - HDR)) n_corrupt++;
  else if (seq > c->rseq) n_lost += seq - c->rseq, c->rseq = seq;
  else n_dup++, c->rseq = seq;
  if (n_lost + n_dup + n_corrupt <= BAD_KEEP)
    fprintf(stderr, "loadgen: connection %u: expected message %llu, got %llu\n", c->id, (unsigned long long)expected, (unsigned long long)seq);
  free(c->bad);
  c->bad = NULL;
  message_done(c);
}

// Payload bytes of data frames, in order.
static void take_payload(conn *c, const uint8_t *p, size_t n) {
  if (mode == M_FLOOD) {
    n_bytes += n;
    while (n) {
      size_t av;
      const uint8_t *want = flood_at(c->pos, &av);
      if (av > n) av = n;
      if (memcmp(p, want, av)) n_corrupt++;
      p += av, n -= av, c->pos += av;
    }
    return;
  }
  if (mode == M_SINK) {
    while (n-- && c->note_n < sizeof c->note - 1) c->note[c->note_n++] = (char)*p++;
    return;
  }
  while (n) {
    size_t k = size_ - c->roff;
    if (k > n) k = n;
    if (c->bad) {
      memcpy(c->bad + c->bad_n, p, k);
      c->bad_n += k, c->roff += k;
      if (c->roff == size_) classify(c);
    } else {
      uint8_t h[HDR];
      const uint8_t *body = msg_body(c->id, c->rseq);
      msg_head(h, c->id, c->rseq);
      size_t done = 0;
      bool ok = c->rseq < c->sseq;
      if (!ok) n_early++;
      if (ok && c->roff < HDR) {
        done = HDR - c->roff < k ? HDR - c->roff : k;
        ok = !memcmp(p, h + c->roff, done);
      }
      if (ok && done < k) ok = !memcmp(p + done, body + (c->roff + done - HDR), k - done);
      if (!ok) {
        c->bad = xrealloc(NULL, size_);
        for (size_t i = 0; i < c->roff; i++) c->bad[i] = i < HDR ? h[i] : body[i - HDR];
        memcpy(c->bad + c->roff, p, k);
        c->bad_n = c->roff + k;
        c->roff += k;
        if (c->roff == size_) classify(c);
      } else {
        c->roff += k;
        if (c->roff == size_) message_done(c);
      }
    }
    p += k, n -= k;
  }
}

static void control(conn *c) {
  if (c->op == 9) put_frame(c, 10, c->ctl, c->ctl_n);
  else if (c->op == 8) {
    c->got_close = true;
    if (!c->sent_close) put_frame(c, 8, c->ctl, c->ctl_n), c->sent_close = true;
  }
}

static bool frames(conn *c, const uint8_t *p, size_t n) {
  while (n || (c->in_frame && !c->left)) {
    if (!c->in_frame) {
      // Collect the 2..10 header bytes.
      size_t need = 2;
      if (c->head_n >= 2) need = (c->head[1] & 127) == 127 ? 10 : (c->head[1] & 127) == 126 ? 4 : 2;
      if (c->head_n < need) {
        c->head[c->head_n++] = *p++, n--;
        if (c->head_n < 2) continue;
        need = (c->head[1] & 127) == 127 ? 10 : (c->head[1] & 127) == 126 ? 4 : 2;
        if (c->head_n < need) continue;
      }
      if (c->head[1] & 128) return conn_fail(c, "masked frame from the server"), false;
      if (c->head[0] & 0x70) return conn_fail(c, "reserved bit set"), false;
      uint64_t len = c->head[1] & 127;
      if (len == 126) len = (uint64_t)c->head[2] << 8 | c->head[3];
      else if (len == 127) {
        len = 0;
        for (int i = 2; i < 10; i++) len = len << 8 | c->head[i];
      }
      c->op = c->head[0] & 15, c->fin = c->head[0] & 128;
      c->left = len, c->in_frame = true, c->head_n = 0;
      if (c->op >= 8) {
        if (len > 125 || !c->fin || c->op > 10) return conn_fail(c, "bad control frame"), false;
        c->ctl_n = 0;
      } else {
        if (c->op > 2 || (c->op == 0) != c->mid) return conn_fail(c, "bad opcode sequence"), false;
        if (!c->mid) c->frame_msg = 0;
        c->mid = !c->fin;
        n_frames++;
        if (c->op == 1) n_text++;
      }
    }
    size_t k = c->left < n ? (size_t)c->left : n;
    if (c->op >= 8) {
      memcpy(c->ctl + c->ctl_n, p, k);
      c->ctl_n += (uint8_t)k;
    } else if (k) {
      c->frame_msg += k;
      take_payload(c, p, k);
    }
    p += k, n -= k, c->left -= k;
    if (c->left) continue;
    c->in_frame = false;
    if (c->op >= 8) control(c);
    else if (framed && c->fin && (mode == M_ECHO || mode == M_SETUP || mode == M_IDLE) && (c->roff || c->frame_msg != size_)) n_split++;
  }
  return true;
}

static bool flush(conn *c) {
  for (;;) {
    if (c->out_off == c->out_len) {
      if (c->state != S_OPEN || !c->want) break;
      // Refill up to frame_max bytes: enough for one large write, small enough to stay in cache.
      c->out_off = c->out_len = 0;
      do put_msg(c), c->want--;
      while (c->want && c->out_len + size_ + 14 <= frame_max);
    }
    ssize_t w = send(c->fd, c->out + c->out_off, c->out_len - c->out_off, MSG_NOSIGNAL);
    if (w < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN) { errno = 0; break; }
      return conn_fail(c, "write"), false;
    }
    c->out_off += (size_t)w;
  }
  bool more = c->out_off < c->out_len;
  if (!more && c->state == S_OPEN && mode == M_IDLE) free(c->out), c->out = NULL, c->out_cap = c->out_off = c->out_len = 0;
  watch(c, (more ? EPOLLOUT : 0) | EPOLLIN);
  return true;
}

static void on_open(conn *c) {
  c->state = S_OPEN;
  n_open++;
  if (mode == M_SETUP || mode == M_IDLE) c->want = 1;
}

static void hello(conn *c) {
  uint8_t k[16];
  for (int i = 0; i < 16; i++) k[i] = (uint8_t)rnd();
  base64(k, 16, c->key);
  out_room(c, 10240);
  c->out_len += (size_t)snprintf((char *)c->out + c->out_len, 10240,
    "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\n\r\n",
    path, hosthdr, c->key);
  c->state = S_SHAKE;
}

static void conn_start(conn *c) {
  uint32_t id = c->id;
  uint8_t *out = c->out;
  size_t cap = c->out_cap;
  uint64_t *st = c->stamps;
  memset(c, 0, sizeof *c);
  c->id = id, c->out = out, c->out_cap = cap, c->stamps = st, c->ev = ~0u, c->t0 = now_ns();
  c->fd = socket(dst.ss.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (c->fd < 0) { conn_fail(c, "socket"); return; }
  if (dst.ss.ss_family == AF_INET) {
    set_nodelay(c->fd);
    if (spread > 1) {
      // More loopback source addresses, hence more ephemeral ports, for churn and for many connections.
      static uint32_t turn;
      int one = 1;
      struct sockaddr_in src = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000002u + turn++ % spread)};
      setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
      if (bind(c->fd, (struct sockaddr *)&src, sizeof src)) { conn_fail(c, "bind"); return; }
    }
  }
  c->state = S_CONNECT;
  if (connect(c->fd, (struct sockaddr *)&dst.ss, dst.len) && errno != EINPROGRESS) {
    conn_fail(c, "connect");
    return;
  }
  errno = 0;
  watch(c, EPOLLOUT);
}

static void cycle_end(conn *c, bool ok) {
  if (c->state == S_DEAD) return;
  if (ok) n_cycles++; else n_failed++;
  if (c->state == S_OPEN) n_open--;
  close(c->fd);
  c->fd = -1;
  c->state = S_DEAD;
  if (sending) conn_start(c);
}

static void cycle_step(conn *c) {
  if (c->state == S_OPEN && c->rseq == 1) {
    c->state = S_CLOSING;
    n_open--;
    uint8_t code[2] = {1000 >> 8, 1000 & 255};
    if (!c->sent_close) put_frame(c, 8, code, 2), c->sent_close = true;
  }
  if (c->state == S_CLOSING && c->got_close) { cycle_end(c, true); return; }
  if (c->state != S_DEAD) flush(c);
}

static void on_event(conn *c, uint32_t ev) {
  if (c->state == S_DEAD) return;
  if (c->state == S_CONNECT) {
    int err = 0;
    socklen_t l = sizeof err;
    getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &err, &l);
    if (err) { errno = err; conn_fail(c, "connect"); if (mode == M_SETUP && sending) conn_start(c); return; }
    hello(c);
    flush(c);
    return;
  }
  if (ev & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
    ssize_t r = recv(c->fd, rbuf, RBUF, 0);
    if (r < 0 && (errno == EAGAIN || errno == EINTR)) { errno = 0; r = -2; }
    if (r == 0 || r == -1) {
      if (mode == M_SETUP && c->state == S_CLOSING) cycle_end(c, true);
      else {
        conn_fail(c, r ? "read" : "closed by the server");
        if (mode == M_SETUP && sending) conn_start(c);
      }
      return;
    }
    if (r > 0) {
      const uint8_t *p = rbuf;
      size_t n = (size_t)r;
      if (c->state == S_SHAKE) {
        size_t k = sizeof c->shake - 1 - c->shake_n;
        if (k > n) k = n;
        size_t before = c->shake_n;
        memcpy(c->shake + c->shake_n, p, k);
        c->shake_n += k, c->shake[c->shake_n] = 0;
        char *end = strstr(c->shake, "\r\n\r\n"), acc[32];
        if (!end) {
          if (c->shake_n == sizeof c->shake - 1) conn_fail(c, "handshake too long");
          return;
        }
        ws_accept(c->key, acc);
        if (strncmp(c->shake, "HTTP/1.1 101", 12) || !strstr(c->shake, acc)) {
          fprintf(stderr, "loadgen: %.*s\n", (int)strcspn(c->shake, "\r\n"), c->shake);
          conn_fail(c, "upgrade refused");
          if (mode == M_SETUP && sending) conn_start(c);
          return;
        }
        size_t used = (size_t)(end + 4 - c->shake) - before;
        p += used, n -= used;
        on_open(c);
      }
      if (n) {
        if (!frames(c, p, n)) { if (mode == M_SETUP && sending) conn_start(c); return; }
      }
    }
  }
  if (mode == M_SETUP) cycle_step(c);
  else if (c->got_close) conn_fail(c, "close frame from the server");
  else flush(c);
}

static void spin(uint64_t until, bool (*stop)(void)) {
  struct epoll_event evs[512];
  while (!stop || !stop()) {
    uint64_t t = now_ns();
    if (until && t >= until) break;
    int ms = until ? (int)((until - t) / 1000000) + 1 : 1000;
    int n = epoll_wait(ep, evs, 512, ms > 50 ? 50 : ms);
    for (int i = 0; i < n; i++) on_event(evs[i].data.ptr, evs[i].events);
  }
}

static bool all_open(void) { return n_open + n_failed >= nconn; }
static bool drained(void) {
  for (uint32_t i = 0; i < nconn; i++)
    if (conns[i].state == S_OPEN && conns[i].rseq < conns[i].sseq + conns[i].want) return false;
  return true;
}
static bool cycles_over(void) {
  for (uint32_t i = 0; i < nconn; i++) if (conns[i].state != S_DEAD) return false;
  return true;
}
static bool flood_over(void) { return conns[0].pos >= bytes_ || conns[0].state == S_DEAD; }
static bool sink_over(void) { return conns[0].note_n && memchr(conns[0].note, '\n', conns[0].note_n) ? true : conns[0].state == S_DEAD; }

static void go(void) {
  char line[64];
  puts("ready");
  fflush(stdout);
  if (!fgets(line, sizeof line, stdin)) exit(3);
}

static double cpu_s(void) {
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  return (double)u.ru_utime.tv_sec + (double)u.ru_stime.tv_sec + 1e-6 * (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

// Opens connections at most 64 at a time, so that no accept queue overflows.
static void open_all(void) {
  uint64_t end = now_ns() + timeout_ms * 1000000ull + (uint64_t)nconn * 3000000ull;
  for (uint32_t i = 0; i < nconn && now_ns() < end;) {
    while (i < nconn && i - n_open - n_failed < 64) conn_start(&conns[i++]);
    uint32_t before = n_open + n_failed;
    struct epoll_event evs[256];
    for (int k = epoll_wait(ep, evs, 256, 50); k-- > 0;) on_event(evs[k].data.ptr, evs[k].events);
    if (n_open + n_failed == before && n_failed > 200) break;
  }
  spin(end, all_open);
  if (mode == M_IDLE) spin(end, drained);
}

static void run_echo(double s) {
  sending = true;
  for (uint32_t i = 0; i < nconn; i++)
    if (conns[i].state == S_OPEN) { conns[i].want = depth; flush(&conns[i]); }
  spin(now_ns() + (uint64_t)(s * 1e9), NULL);
  sending = false;
  for (uint32_t i = 0; i < nconn; i++) conns[i].want = 0;
  spin(now_ns() + timeout_ms * 1000000ull, drained);
  for (uint32_t i = 0; i < nconn; i++)
    if (conns[i].state == S_OPEN && conns[i].rseq < conns[i].sseq) n_lost += conns[i].sseq - conns[i].rseq;
}

static void reset_counts(void) {
  n_done = n_bytes = n_cycles = n_frames = hist_n = 0;
  memset(hist, 0, sizeof hist);
}

static void report(double wall, double cpu) {
  printf("{\"mode\":%d,\"open\":%u,\"messages\":%llu,\"bytes\":%llu,\"frames\":%llu,\"cycles\":%llu,\"seconds\":%.6f,\"loadgen_cpu\":%.4f,"
         "\"p50_us\":%.2f,\"p90_us\":%.2f,\"p99_us\":%.2f,\"p999_us\":%.2f,\"max_us\":%.2f,"
         "\"lost\":%llu,\"duplicated_or_reordered\":%llu,\"corrupt\":%llu,\"unrequested\":%llu,\"boundary_errors\":%llu,\"text_frames\":%llu,\"failed\":%llu}\n",
         mode, n_open, (unsigned long long)n_done, (unsigned long long)n_bytes, (unsigned long long)n_frames, (unsigned long long)n_cycles, wall, cpu,
         hist_pct(50) / 1e3, hist_pct(90) / 1e3, hist_pct(99) / 1e3, hist_pct(99.9) / 1e3, hist_pct(100) / 1e3,
         (unsigned long long)n_lost, (unsigned long long)n_dup, (unsigned long long)n_corrupt, (unsigned long long)n_early,
         (unsigned long long)n_split, (unsigned long long)n_text, (unsigned long long)n_failed);
  fflush(stdout);
}

// `sink` and `stall`: stream the flood pattern to the target; stops at `bytes_`, or once nothing
// has been accepted for 1 s (stall). Returns what the kernel took from us.
static uint64_t upload(conn *c, bool stall, uint64_t until) {
  uint64_t taken = 0, built = 0, last = now_ns();
  while (c->state == S_OPEN && (built < bytes_ || c->out_off < c->out_len)) {
    if (c->out_off == c->out_len && built < bytes_) {
      c->out_off = c->out_len = 0;
      while (built < bytes_ && c->out_len + size_ + 14 <= frame_max) {
        size_t av, k = bytes_ - built < size_ ? (size_t)(bytes_ - built) : size_;
        static uint8_t *tmp;
        if (!tmp) tmp = xrealloc(NULL, size_);
        for (size_t o = 0; o < k; o += av) {
          const uint8_t *p = flood_at(built + o, &av);
          if (av > k - o) av = k - o;
          memcpy(tmp + o, p, av);
        }
        put_frame(c, 2, tmp, k);
        built += k;
      }
    }
    ssize_t w = send(c->fd, c->out + c->out_off, c->out_len - c->out_off, MSG_NOSIGNAL);
    if (w > 0) {
      c->out_off += (size_t)w, taken += (uint64_t)w, last = now_ns();
      continue;
    }
    if (w < 0 && errno != EAGAIN && errno != EINTR) { conn_fail(c, "write"); break; }
    errno = 0;
    if (stall && (now_ns() - last > 1000000000ull || now_ns() > until)) break;
    if (until && now_ns() > until) break;
    watch(c, EPOLLIN | EPOLLOUT);
    struct epoll_event evs[4];
    int k = epoll_wait(ep, evs, 4, 50);
    for (int i = 0; i < k; i++)
      if (evs[i].events & (EPOLLIN | EPOLLERR | EPOLLHUP)) {
        ssize_t r = recv(c->fd, rbuf, RBUF, 0);
        if (r == 0 || (r < 0 && errno != EAGAIN)) { conn_fail(c, "closed while uploading"); break; }
        if (r > 0) {
          if (!frames(c, rbuf, (size_t)r)) break;
        }
      }
  }
  watch(c, EPOLLIN);
  return taken;
}

static void parse_url(const char *u) {
  if (strncmp(u, "ws://", 5)) die("not a ws:// URL: %s", u);
  const char *slash = strchr(u + 5, '/');
  size_t n = slash ? (size_t)(slash - (u + 5)) : strlen(u + 5);
  snprintf(hosthdr, sizeof hosthdr, "%.*s", (int)n, u + 5);
  if (slash) snprintf(path, sizeof path, "%s", slash);
  char spec[300];
  snprintf(spec, sizeof spec, strchr(hosthdr, ':') ? "%s" : "%s:80", hosthdr);
  dst = parse_addr(spec);
}

int main(int argc, char **argv) {
  static const char *modes[] = {"echo", "setup", "idle", "flood", "sink", "stall"};
  if (argc < 2) die("usage: loadgen echo|setup|idle|flood|sink|stall --url URL [options]");
  signal(SIGPIPE, SIG_IGN);
  mode = -1;
  for (int i = 0; i < 6; i++) if (!strcmp(argv[1], modes[i])) mode = i;
  if (mode < 0) die("unknown mode %s", argv[1]);
  const char *url = NULL;
  char prefix[8] = "";
  for (int i = 2; i < argc; i++) {
    const char *o = argv[i], *v = i + 1 < argc ? argv[i + 1] : "";
    if (!strcmp(o, "--framed")) { framed = true; continue; }
    i++;
    if (!strcmp(o, "--url")) url = v;
    else if (!strcmp(o, "-n")) nconn = (uint32_t)atoi(v);
    else if (!strcmp(o, "-s")) size_ = (size_t)atoll(v);
    else if (!strcmp(o, "-p")) depth = (uint32_t)atoi(v);
    else if (!strcmp(o, "-t")) secs = atof(v);
    else if (!strcmp(o, "-w")) warm = atof(v);
    else if (!strcmp(o, "--bytes")) bytes_ = strtoull(v, NULL, 0);
    else if (!strcmp(o, "--hold")) hold_ms = strtoull(v, NULL, 0);
    else if (!strcmp(o, "--timeout")) timeout_ms = strtoull(v, NULL, 0);
    else if (!strcmp(o, "--spread")) spread = (uint32_t)atoi(v);
    else if (!strcmp(o, "--prefix")) snprintf(prefix, sizeof prefix, "%s", v); // be | le: the gateway frames messages
    else die("unknown option %s", o);
  }
  if (!url) die("--url is required");
  if (size_ < HDR) die("-s must be at least %d", HDR);
  if (!depth || !nconn) die("-n and -p must be positive");
  if (mode == M_FLOOD || mode == M_SINK || mode == M_STALL) nconn = 1;
  parse_url(url);
  struct rlimit rl;
  getrlimit(RLIMIT_NOFILE, &rl);
  rl.rlim_cur = rl.rlim_max;
  setrlimit(RLIMIT_NOFILE, &rl);
  rng ^= now_ns();
  table_init(size_);
  frame_max = size_ + 14 > 262144 ? size_ + 14 : 262144;
  rbuf = xrealloc(NULL, RBUF);
  conns = calloc(nconn, sizeof *conns);
  ep = epoll_create1(EPOLL_CLOEXEC);
  for (uint32_t i = 0; i < nconn; i++) {
    conns[i].id = i, conns[i].fd = -1, conns[i].state = S_DEAD;
    if (mode == M_ECHO) conns[i].stamps = calloc(depth, sizeof(uint64_t));
  }

  if (mode == M_SETUP) {
    sending = true;
    for (uint32_t i = 0; i < nconn; i++) conn_start(&conns[i]);
    spin(now_ns() + (uint64_t)(warm * 1e9), NULL);
    sending = false;
    spin(now_ns() + timeout_ms * 1000000ull, cycles_over);
    for (uint32_t i = 0; i < nconn; i++) if (conns[i].state != S_DEAD) conn_fail(&conns[i], "stuck");
    reset_counts();
    go();
    uint64_t t = now_ns();
    double cpu = cpu_s();
    sending = true;
    for (uint32_t i = 0; i < nconn; i++) conn_start(&conns[i]);
    spin(t + (uint64_t)(secs * 1e9), NULL);
    sending = false;
    spin(now_ns() + timeout_ms * 1000000ull, cycles_over);
    for (uint32_t i = 0; i < nconn; i++) if (conns[i].state != S_DEAD) conn_fail(&conns[i], "stuck");
    report((double)(now_ns() - t) / 1e9, cpu_s() - cpu);
    return 0;
  }

  open_all();
  if (!n_open) die("no connection could be opened");
  if (mode == M_ECHO) {
    if (warm > 0) run_echo(warm);
    reset_counts();
    go();
    uint64_t t = now_ns();
    double cpu = cpu_s();
    run_echo(secs);
    report((double)(now_ns() - t) / 1e9, cpu_s() - cpu);
  } else if (mode == M_IDLE) {
    go(); // the driver samples memory, then sends a second line
    report(0, 0);
  } else {
    conn *c = &conns[0];
    char cmd[96];
    if (mode == M_FLOOD) {
      go();
      int n = *prefix ? snprintf(cmd, sizeof cmd, "!floodm %llu %zu %s\n", (unsigned long long)bytes_, size_, prefix)
                      : snprintf(cmd, sizeof cmd, "!flood %llu\n", (unsigned long long)bytes_);
      put_frame(c, 2, cmd, (size_t)n);
      flush(c);
      double cpu = cpu_s();
      if (hold_ms) {
        watch(c, 0);
        struct timespec ts = {(time_t)(hold_ms / 1000), (long)(hold_ms % 1000) * 1000000};
        nanosleep(&ts, NULL);
        puts("held");
        fflush(stdout);
        watch(c, EPOLLIN);
      }
      uint64_t t = now_ns();
      spin(t + timeout_ms * 8 * 1000000ull, flood_over);
      if (c->pos < bytes_) n_lost = bytes_ - c->pos;
      report((double)(now_ns() - t) / 1e9, cpu_s() - cpu);
    } else if (mode == M_SINK) {
      go();
      int n = *prefix ? snprintf(cmd, sizeof cmd, "!sinkm %llu %s\n", (unsigned long long)bytes_, prefix)
                      : snprintf(cmd, sizeof cmd, "!sink %llu\n", (unsigned long long)bytes_);
      put_frame(c, 2, cmd, (size_t)n);
      uint64_t t = now_ns();
      double cpu = cpu_s();
      n_bytes = upload(c, false, t + timeout_ms * 8 * 1000000ull) ? bytes_ : 0;
      spin(now_ns() + timeout_ms * 1000000ull, sink_over);
      if (strncmp(c->note, "ok ", 3)) n_corrupt++;
      report((double)(now_ns() - t) / 1e9, cpu_s() - cpu);
    } else {
      go();
      int n = snprintf(cmd, sizeof cmd, "!stall %llu\n", (unsigned long long)hold_ms);
      put_frame(c, 2, cmd, (size_t)n);
      uint64_t t = now_ns();
      double cpu = cpu_s();
      n_bytes = upload(c, true, t + (hold_ms > 1000 ? hold_ms - 500 : hold_ms) * 1000000ull);
      report((double)(now_ns() - t) / 1e9, cpu_s() - cpu);
    }
  }
  return 0;
}
